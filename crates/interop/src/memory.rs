//! How much memory the values of a JSON file take, counted before any is taken: a file of small objects takes
//! a hundred times its size.

/// Most memory that the values of one file may take, in bytes.
pub(crate) const MEMORY_MAX: usize = 256 * 1024 * 1024;
/// What an object takes before it has members.
const OBJECT: usize = 640;
/// What a member takes besides its value: its name, and room that is not used.
const MEMBER: usize = 128;
/// What a value takes, and what is asked for to hold its text.
const VALUE: usize = 64;

/// An estimate from the marks that stand between values, outside of texts. Of bytes that are no JSON it means
/// nothing, but it never takes longer.
pub(crate) fn estimate(bytes: &[u8]) -> usize {
    let (mut memory, mut in_text, mut is_escaped) = (bytes.len(), false, false);
    for byte in bytes {
        if in_text {
            in_text = is_escaped || *byte != b'"';
            is_escaped = !is_escaped && *byte == b'\\';
            continue;
        }
        memory += match byte {
            b'"' => {
                in_text = true;
                0
            }
            b'{' => OBJECT,
            b':' => MEMBER,
            b',' | b'[' => VALUE,
            _ => 0,
        };
    }
    memory
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_between_values_counts_and_what_is_in_texts_does_not() {
        let beyond = |text: &str| estimate(text.as_bytes()) - text.len();
        assert_eq!(beyond(r#"{"a,{":[1,2]}"#), OBJECT + MEMBER + 2 * VALUE);
        assert_eq!(beyond(r#""{,:[ \" {,:[ \\\\""#), 0);
        assert_eq!(beyond(r#"["\\",{}]"#), 2 * VALUE + OBJECT);
        assert_eq!(beyond(""), 0);
    }
}
