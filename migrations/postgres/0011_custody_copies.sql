-- More can happen: a copy is made, an offer or a request is taken back.
ALTER TABLE custody_events DROP CONSTRAINT custody_events_kind_check;
ALTER TABLE custody_events ADD CONSTRAINT custody_events_kind_check CHECK (kind IN ('collected', 'sealed', 'unsealed', 'offered', 'accepted', 'refused', 'withdrawn',
        'checked_out', 'checked_in', 'copied', 'imaged', 'analysed', 'accessed', 'downloaded', 'verified', 'moved',
        'hold_placed', 'hold_released', 'disclosed', 'returned', 'disposal_requested', 'disposal_withdrawn', 'disposed',
        'corrected'));
