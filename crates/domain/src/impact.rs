//! How an incident came in, what it did and how it was noticed, in the terms of NIST SP 800-61r2 and
//! VERIS (standards §5.2 and §5.3). The first value of each says that nobody has assessed it.

text_enum! {
    /// How the attacker came in.
    AttackVector {
        NotAssessed = "not-assessed", "Not assessed";
        Unknown = "unknown", "Unknown";
        Attrition = "attrition", "Attrition";
        Web = "web", "Web";
        Email = "email", "Email or phishing";
        Media = "media", "External or removable media";
        Impersonation = "impersonation", "Impersonation or spoofing";
        ImproperUsage = "improper-usage", "Improper usage";
        LossOrTheft = "loss-or-theft", "Loss or theft of equipment";
        Other = "other", "Other";
    }
}

text_enum! {
    /// What it does to services.
    FunctionalImpact {
        NotAssessed = "not-assessed", "Not assessed";
        None = "none", "None";
        Low = "low", "Low: critical services are slower";
        Medium = "medium", "Medium: some users lost a critical service";
        High = "high", "High: all users lost a critical service";
    }
}

text_enum! {
    /// What it does to information.
    InformationImpact {
        NotAssessed = "not-assessed", "Not assessed";
        None = "none", "None";
        PrivacyBreach = "privacy-breach", "Privacy breach";
        ProprietaryBreach = "proprietary-breach", "Proprietary breach";
        IntegrityLoss = "integrity-loss", "Integrity loss";
    }
}

text_enum! {
    /// What recovery needs.
    Recoverability {
        NotAssessed = "not-assessed", "Not assessed";
        Regular = "regular", "Regular: predictable, own resources";
        Supplemented = "supplemented", "Supplemented: predictable, extra resources";
        Extended = "extended", "Extended: unpredictable, outside help";
        NotRecoverable = "not-recoverable", "Not recoverable";
    }
}

text_enum! {
    /// Who or what noticed it first.
    DetectionSource {
        Unknown = "unknown", "Unknown";
        OwnRule = "own-rule", "Own detection rule";
        OwnStaff = "own-staff", "Own staff";
        Customer = "customer", "Customer";
        Partner = "partner", "Partner or supplier";
        Authority = "authority", "Authority";
        Attacker = "attacker", "Attacker";
        Public = "public", "Public or press";
    }
}

#[cfg(test)]
mod tests {
    use crate::{Fields as _, incident::IncidentFields};

    #[test]
    fn of_what_nobody_assessed_nothing_is_claimed() {
        let new = IncidentFields::default();
        for name in ["attack_vector", "functional_impact", "information_impact", "recoverability"] {
            assert_eq!(new.text(name), "not-assessed");
        }
        assert_eq!((new.text("detection_source").as_str(), new.text("services").as_str()), ("unknown", ""));
    }
}
