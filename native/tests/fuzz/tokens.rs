//! The parts of a JSON text, found without judging it.

use std::ops::Range;

/// A span of the text.
pub type Span = Range<usize>;

/// Members and values of a text, as byte ranges.
#[derive(Default)]
pub struct Parts {
    /// From a key to the end of its value.
    pub members: Vec<Span>,
    /// Every value, the whole text included.
    pub values: Vec<Span>,
    /// Strings of digits, quotes included.
    pub decimals: Vec<Span>,
    /// Where a token starts.
    pub borders: Vec<usize>,
}

fn tokens(text: &[u8]) -> Vec<Span> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let start = at;
        at += 1;
        match text[start] {
            b' ' | b'\t' | b'\r' | b'\n' => continue,
            b'{' | b'}' | b'[' | b']' | b':' | b',' => {}
            b'"' => {
                while at < text.len() && text[at] != b'"' {
                    at += if text[at] == b'\\' { 2 } else { 1 };
                }
                at = (at + 1).min(text.len());
            }
            _ => {
                while at < text.len() && !b" \t\r\n{}[]:,\"".contains(&text[at]) {
                    at += 1;
                }
            }
        }
        tokens.push(start..at);
    }
    tokens
}

/// Take `text` apart; what does not fit is left out.
pub fn parts(text: &str) -> Parts {
    let bytes = text.as_bytes();
    let tokens = tokens(bytes);
    let mut parts = Parts::default();
    // Keys whose values have not ended, with the depth they are at; and the starts of open brackets.
    let (mut keys, mut open): (Vec<(usize, usize)>, Vec<usize>) = (Vec::new(), Vec::new());
    for (index, token) in tokens.iter().enumerate() {
        parts.borders.push(token.start);
        let value = match bytes[token.start] {
            b'{' | b'[' => {
                open.push(token.start);
                continue;
            }
            b'}' | b']' => match open.pop() {
                Some(start) => start..token.end,
                None => continue,
            },
            b':' | b',' => continue,
            first => {
                let next = tokens.get(index + 1).map(|next| bytes[next.start]);
                if first == b'"' && next == Some(b':') {
                    keys.push((token.start, open.len()));
                    continue;
                }
                let inner = text.get(token.start + 1..token.end - 1).unwrap_or_default();
                if first == b'"' && !inner.is_empty() && inner.bytes().all(|b| b.is_ascii_digit()) {
                    parts.decimals.push(token.clone());
                }
                token.clone()
            }
        };
        if let Some((key, _)) = keys.pop_if(|(_, depth)| *depth == open.len()) {
            parts.members.push(key..value.end);
        }
        parts.values.push(value);
    }
    parts
}

/// The value of the member called `key` at the top of a text in snarkjs' or Python's layout.
pub fn value_of(text: &str, key: &str) -> Option<Span> {
    let parts = parts(text);
    let named = format!("\"{key}\"");
    let member = parts
        .members
        .iter()
        .find(|span| text[(*span).clone()].starts_with(&named))?;
    parts
        .values
        .into_iter()
        .filter(|value| value.end == member.end && value.start > member.start)
        .min_by_key(|value| value.start)
}
