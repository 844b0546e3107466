//! How far a thing may travel and what may be done with it: TLP 2.0 (FIRST) and PAP.

text_enum! {
    /// Traffic Light Protocol 2.0: who may read it. Ordered from free to closed.
    Tlp {
        Clear = "clear", "TLP:CLEAR";
        Green = "green", "TLP:GREEN";
        Amber = "amber", "TLP:AMBER";
        AmberStrict = "amber+strict", "TLP:AMBER+STRICT";
        Red = "red", "TLP:RED";
    }
}

text_enum! {
    /// Permissible Actions Protocol: what a reader may do with it. Ordered from free to closed.
    Pap {
        Clear = "clear", "PAP:CLEAR";
        Green = "green", "PAP:GREEN";
        Amber = "amber", "PAP:AMBER";
        Red = "red", "PAP:RED";
    }
}
