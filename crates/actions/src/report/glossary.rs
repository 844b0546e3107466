//! Terms that readers outside security may not know, explained where a report uses them.

/// Each term, and what it means in one sentence.
const TERMS: &[(&str, &str)] = &[
    ("ATT&CK", "MITRE's public catalogue of how attackers work."),
    ("C2", "Command and control: the connection by which an attacker steers a machine."),
    ("Containment", "Keeping the attacker from doing further harm, before everything is repaired."),
    ("Credential", "What proves who somebody is: a password, a key, a token."),
    ("Eradication", "Removing the attacker's access and whatever was left behind."),
    ("Exfiltration", "Taking data out of the organisation."),
    ("Indicator", "A trace by which the same attack is recognised elsewhere, such as an address or a hash."),
    ("Lateral movement", "Going from the first machine to others."),
    ("Malware", "Software made to do harm."),
    ("MFA", "A second proof beside the password, such as a code."),
    ("Phishing", "A message that makes somebody give away a password or run something."),
    ("Ransomware", "Malware that encrypts data to demand money."),
    ("SSO", "One sign-in for many systems."),
    ("TLP", "The Traffic Light Protocol: who may receive this document."),
    ("VPN", "The encrypted way into the network from outside."),
    ("Vulnerability", "A fault by which somebody gets in or further."),
    ("Zero-day", "A fault that is used before there is a repair for it."),
];

/// The terms that a text uses.
pub(super) fn terms(text: &str) -> Vec<(&'static str, &'static str)> {
    let text = text.to_lowercase();
    let words: std::collections::HashSet<&str> = text.split(|c: char| !c.is_alphanumeric()).collect();
    let is_used = |term: &str| {
        let term = term.to_lowercase();
        // Short ones only as a whole word: “c2” is in many a hash.
        if term.len() <= 4 { words.contains(term.as_str()) } else { text.contains(&term) }
    };
    TERMS.iter().copied().filter(|(term, _)| is_used(term)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_used_is_explained() {
        let found: Vec<&str> = terms("Phishing led to ransomware; 9fc21a is no C-and-C.").iter().map(|t| t.0).collect();
        assert_eq!(found, ["Phishing", "Ransomware"]);
        assert_eq!(terms("The C2 server").len(), 1);
    }
}
