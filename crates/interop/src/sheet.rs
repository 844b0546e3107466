//! Tables for spreadsheets (RFC 4180): UTF-8, lines that end with CR LF, and no cell that a spreadsheet
//! would take for a formula.

use csv::{Terminator, Writer, WriterBuilder};

/// What a spreadsheet that asks for one takes UTF-8 by.
pub(crate) const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Writes records into `bytes`.
pub(crate) fn writer(bytes: &mut Vec<u8>) -> Writer<&mut Vec<u8>> {
    WriterBuilder::new().terminator(Terminator::CRLF).from_writer(bytes)
}

/// The line with the names of columns, after a byte order mark where one is asked for.
pub(crate) fn head(columns: &[&str], byte_order_mark: bool) -> Result<Vec<u8>, csv::Error> {
    let mut bytes = if byte_order_mark { BYTE_ORDER_MARK.as_bytes().to_vec() } else { Vec::new() };
    let mut records = writer(&mut bytes);
    records.write_record(columns)?;
    records.flush()?;
    drop(records);
    Ok(bytes)
}

/// Text of which no spreadsheet takes any part for a formula: an apostrophe stands before a sign that would
/// begin one, also where a spreadsheet that cuts at semicolons, tabs or lines would begin a cell. Whole
/// numbers, such as a delay below zero, are left.
pub(crate) fn harmless(cell: &str) -> String {
    if cell.parse::<i64>().is_ok() {
        return cell.to_owned();
    }
    let mut text = String::with_capacity(cell.len() + 1);
    let mut begins = true;
    for c in cell.chars() {
        let is_first = text.is_empty();
        if (begins && begins_formula(c)) || (is_first && is_break(c)) {
            text.push('\'');
        }
        text.push(c);
        begins = c == ';' || is_break(c);
    }
    text
}

/// The signs, and their full-width doubles.
const fn begins_formula(c: char) -> bool {
    matches!(c, '=' | '+' | '-' | '@' | '\u{ff1d}' | '\u{ff0b}' | '\u{ff0d}' | '\u{ff20}')
}

const fn is_break(c: char) -> bool {
    matches!(c, '\t' | '\r' | '\n')
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn a_formula_becomes_text_and_text_stays() {
        for (cell, wanted) in [
            ("=1+1", "'=1+1"),
            ("+a", "'+a"),
            ("-a", "'-a"),
            ("@a", "'@a"),
            ("\ta", "'\ta"),
            ("\ra", "'\ra"),
            ("\t=1", "'\t'=1"),
            ("＝1", "'＝1"),
            ("a;=1;+2", "a;'=1;'+2"),
            ("a\n=1", "a\n'=1"),
            ("-5", "-5"),
            ("+5", "+5"),
            ("a-b, c = d; e", "a-b, c = d; e"),
            ("", ""),
        ] {
            assert_eq!(harmless(cell), wanted, "{cell:?}");
        }
    }
}
