-- A handle for each person: short, of one person alone for all time, made of the name. It is printed beside the name
-- under which something was recorded. `display_name` is the name as lists show it, with the handle where the name
-- could be somebody else’s; actions write it whenever a name is given.

ALTER TABLE people ADD COLUMN handle TEXT NOT NULL DEFAULT '';
ALTER TABLE people ADD COLUMN display_name TEXT NOT NULL DEFAULT '';

-- Letter by letter: what ASCII can spell, and a hyphen in the place of everything else. Where two people come to the
-- same, the second gets a number; what ends with a digit always gets one, so that no number makes the handle of
-- another name.
WITH RECURSIVE spelling (letter, plain) AS (VALUES
    ('a', 'a'), ('b', 'b'), ('c', 'c'), ('d', 'd'), ('e', 'e'), ('f', 'f'), ('g', 'g'), ('h', 'h'),
    ('i', 'i'), ('j', 'j'), ('k', 'k'), ('l', 'l'), ('m', 'm'), ('n', 'n'), ('o', 'o'), ('p', 'p'),
    ('q', 'q'), ('r', 'r'), ('s', 's'), ('t', 't'), ('u', 'u'), ('v', 'v'), ('w', 'w'), ('x', 'x'),
    ('y', 'y'), ('z', 'z'), ('0', '0'), ('1', '1'), ('2', '2'), ('3', '3'), ('4', '4'), ('5', '5'),
    ('6', '6'), ('7', '7'), ('8', '8'), ('9', '9'), ('À', 'a'), ('Á', 'a'), ('Â', 'a'), ('Ã', 'a'),
    ('Ä', 'a'), ('Å', 'a'), ('Æ', 'ae'), ('Ç', 'c'), ('È', 'e'), ('É', 'e'), ('Ê', 'e'), ('Ë', 'e'),
    ('Ì', 'i'), ('Í', 'i'), ('Î', 'i'), ('Ï', 'i'), ('Ð', 'd'), ('Ñ', 'n'), ('Ò', 'o'), ('Ó', 'o'),
    ('Ô', 'o'), ('Õ', 'o'), ('Ö', 'o'), ('Ø', 'o'), ('Ù', 'u'), ('Ú', 'u'), ('Û', 'u'), ('Ü', 'u'),
    ('Ý', 'y'), ('Þ', 'th'), ('ß', 'ss'), ('à', 'a'), ('á', 'a'), ('â', 'a'), ('ã', 'a'), ('ä', 'a'),
    ('å', 'a'), ('æ', 'ae'), ('ç', 'c'), ('è', 'e'), ('é', 'e'), ('ê', 'e'), ('ë', 'e'), ('ì', 'i'),
    ('í', 'i'), ('î', 'i'), ('ï', 'i'), ('ð', 'd'), ('ñ', 'n'), ('ò', 'o'), ('ó', 'o'), ('ô', 'o'),
    ('õ', 'o'), ('ö', 'o'), ('ø', 'o'), ('ù', 'u'), ('ú', 'u'), ('û', 'u'), ('ü', 'u'), ('ý', 'y'),
    ('þ', 'th'), ('ÿ', 'y'), ('Ā', 'a'), ('ā', 'a'), ('Ă', 'a'), ('ă', 'a'), ('Ą', 'a'), ('ą', 'a'),
    ('Ć', 'c'), ('ć', 'c'), ('Ĉ', 'c'), ('ĉ', 'c'), ('Ċ', 'c'), ('ċ', 'c'), ('Č', 'c'), ('č', 'c'),
    ('Ď', 'd'), ('ď', 'd'), ('Đ', 'd'), ('đ', 'd'), ('Ē', 'e'), ('ē', 'e'), ('Ĕ', 'e'), ('ĕ', 'e'),
    ('Ė', 'e'), ('ė', 'e'), ('Ę', 'e'), ('ę', 'e'), ('Ě', 'e'), ('ě', 'e'), ('Ĝ', 'g'), ('ĝ', 'g'),
    ('Ğ', 'g'), ('ğ', 'g'), ('Ġ', 'g'), ('ġ', 'g'), ('Ģ', 'g'), ('ģ', 'g'), ('Ĥ', 'h'), ('ĥ', 'h'),
    ('Ĩ', 'i'), ('ĩ', 'i'), ('Ī', 'i'), ('ī', 'i'), ('Ĭ', 'i'), ('ĭ', 'i'), ('Į', 'i'), ('į', 'i'),
    ('İ', 'i'), ('ı', 'i'), ('Ĳ', 'ij'), ('ĳ', 'ij'), ('Ĵ', 'j'), ('ĵ', 'j'), ('Ķ', 'k'), ('ķ', 'k'),
    ('Ĺ', 'l'), ('ĺ', 'l'), ('Ļ', 'l'), ('ļ', 'l'), ('Ľ', 'l'), ('ľ', 'l'), ('Ł', 'l'), ('ł', 'l'),
    ('Ń', 'n'), ('ń', 'n'), ('Ņ', 'n'), ('ņ', 'n'), ('Ň', 'n'), ('ň', 'n'), ('Ō', 'o'), ('ō', 'o'),
    ('Ŏ', 'o'), ('ŏ', 'o'), ('Ő', 'o'), ('ő', 'o'), ('Œ', 'oe'), ('œ', 'oe'), ('Ŕ', 'r'), ('ŕ', 'r'),
    ('Ŗ', 'r'), ('ŗ', 'r'), ('Ř', 'r'), ('ř', 'r'), ('Ś', 's'), ('ś', 's'), ('Ŝ', 's'), ('ŝ', 's'),
    ('Ş', 's'), ('ş', 's'), ('Š', 's'), ('š', 's'), ('Ţ', 't'), ('ţ', 't'), ('Ť', 't'), ('ť', 't'),
    ('Ũ', 'u'), ('ũ', 'u'), ('Ū', 'u'), ('ū', 'u'), ('Ŭ', 'u'), ('ŭ', 'u'), ('Ů', 'u'), ('ů', 'u'),
    ('Ű', 'u'), ('ű', 'u'), ('Ų', 'u'), ('ų', 'u'), ('Ŵ', 'w'), ('ŵ', 'w'), ('Ŷ', 'y'), ('ŷ', 'y'),
    ('Ÿ', 'y'), ('Ź', 'z'), ('ź', 'z'), ('Ż', 'z'), ('ż', 'z'), ('Ž', 'z'), ('ž', 'z'), ('ſ', 's')
), spelled (id, rest, handle) AS (
    SELECT id, lower(name), CAST('' AS TEXT) FROM people
    UNION ALL
    SELECT id, substr(rest, 2), handle || COALESCE(
        (SELECT plain FROM spelling WHERE letter = substr(rest, 1, 1)),
        CASE WHEN handle = '' OR handle LIKE '%-' THEN '' ELSE '-' END)
    FROM spelled WHERE rest <> ''
), cut (id, org_id, created_at, handle) AS (
    SELECT p.id, p.org_id, p.created_at, COALESCE(NULLIF(rtrim(substr(s.handle, 1, 32), '-'), ''), 'person')
    FROM people p JOIN spelled s ON s.id = p.id AND s.rest = ''
), numbered (id, handle, number) AS (
    SELECT id, handle, row_number() OVER (PARTITION BY org_id, handle ORDER BY created_at, id) FROM cut
)
UPDATE people SET handle = CASE
    WHEN numbered.number = 1 AND replace('0123456789', substr(numbered.handle, length(numbered.handle)), '') = '0123456789'
    THEN numbered.handle ELSE numbered.handle || '-' || CAST(numbered.number AS TEXT) END
FROM numbered WHERE numbered.id = people.id;

UPDATE people SET display_name = CASE
    WHEN lower(name) IN (SELECT lower(name) FROM people GROUP BY lower(name) HAVING COUNT(*) > 1)
    THEN name || ' (' || handle || ')' ELSE name END;

CREATE UNIQUE INDEX people_by_handle ON people (org_id, handle);

-- Names that people had, and who issued or withdrew a report: found without reading the log.
CREATE INDEX ledger_entries_of_names ON ledger_entries (org_id, subject_id, seq)
    WHERE kind IN ('person.added', 'person.edited', 'report.issued', 'report.withdrawn');
