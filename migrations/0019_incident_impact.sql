-- How an incident came in, what it did and how it was noticed. Of incidents that are older than these columns
-- nobody has said it. Beside the names of services, a JSON array, stand their keys, each in a line, for the
-- list's filter.
ALTER TABLE incidents ADD COLUMN attack_vector TEXT NOT NULL DEFAULT 'not-assessed'
    CHECK (attack_vector IN ('not-assessed', 'unknown', 'attrition', 'web', 'email', 'media', 'impersonation',
        'improper-usage', 'loss-or-theft', 'other'));
ALTER TABLE incidents ADD COLUMN functional_impact TEXT NOT NULL DEFAULT 'not-assessed'
    CHECK (functional_impact IN ('not-assessed', 'none', 'low', 'medium', 'high'));
ALTER TABLE incidents ADD COLUMN information_impact TEXT NOT NULL DEFAULT 'not-assessed'
    CHECK (information_impact IN ('not-assessed', 'none', 'privacy-breach', 'proprietary-breach',
        'integrity-loss'));
ALTER TABLE incidents ADD COLUMN recoverability TEXT NOT NULL DEFAULT 'not-assessed'
    CHECK (recoverability IN ('not-assessed', 'regular', 'supplemented', 'extended', 'not-recoverable'));
ALTER TABLE incidents ADD COLUMN detection_source TEXT NOT NULL DEFAULT 'unknown'
    CHECK (detection_source IN ('unknown', 'own-rule', 'own-staff', 'customer', 'partner', 'authority',
        'attacker', 'public'));
ALTER TABLE incidents ADD COLUMN services TEXT NOT NULL DEFAULT '[]';
ALTER TABLE incidents ADD COLUMN service_keys TEXT NOT NULL DEFAULT '';
