//! A strict JSON reader: duplicate keys, deep nesting and trailing text are refused, and every refusal names a byte.
//!
//! A general parser would keep the last of two equal keys and lose the places, so two readers could see two proofs.

/// Bytes of the longest text that is read at all.
pub const MAX_BYTES: usize = 4 << 20;

/// Values that are read. One takes up to 200 bytes of memory, however few of text; a file of snarkjs' as long as
/// `MAX_BYTES` has 100,000.
const MAX_VALUES: usize = 1 << 18;

/// Nesting that is followed; snarkjs' deepest file needs 5.
const MAX_DEPTH: usize = 16;

/// A value with the byte where it starts.
#[derive(Debug)]
pub struct Node {
    /// Bytes from the start of the text.
    pub offset: usize,
    /// The value itself.
    pub value: Value,
}

/// A JSON value. Numbers keep their text, objects their order.
#[derive(Debug)]
pub enum Value {
    /// `null`, `true` or `false`.
    Word(&'static str),
    /// The digits as written.
    Number(String),
    /// Text without its escapes.
    Text(String),
    /// An array.
    List(Vec<Node>),
    /// An object; no key occurs twice.
    Object(Vec<(String, Node)>),
}

/// What is wrong, and at which byte.
#[derive(Debug, PartialEq, Eq)]
pub struct Fault {
    /// Bytes from the start of the text.
    pub offset: usize,
    /// What is wrong there.
    pub reason: String,
}

/// What reading JSON returns.
pub type Parsed<T> = Result<T, Fault>;

impl Node {
    /// A fault at this value.
    pub fn fault(&self, reason: impl Into<String>) -> Fault {
        Fault {
            offset: self.offset,
            reason: reason.into(),
        }
    }

    /// The member called `key`, if this is an object that has it.
    pub fn find(&self, key: &str) -> Option<&Node> {
        match &self.value {
            Value::Object(members) => members
                .iter()
                .find(|(known, _)| known == key)
                .map(|(_, node)| node),
            _ => None,
        }
    }

    /// The member called `key`.
    pub fn member(&self, key: &str) -> Parsed<&Node> {
        match &self.value {
            Value::Object(_) => self
                .find(key)
                .ok_or_else(|| self.fault(format!("{key:?} is missing"))),
            _ => Err(self.fault("an object is expected")),
        }
    }

    /// The items of an array.
    pub fn items(&self) -> Parsed<&[Node]> {
        match &self.value {
            Value::List(items) => Ok(items),
            _ => Err(self.fault("an array is expected")),
        }
    }

    /// The items of an array of exactly `N`.
    pub fn exactly<const N: usize>(&self) -> Parsed<&[Node; N]> {
        let items = self.items()?;
        items
            .try_into()
            .map_err(|_| self.fault(format!("{N} items are expected, not {}", items.len())))
    }

    /// The text of a string.
    pub fn text(&self) -> Parsed<&str> {
        match &self.value {
            Value::Text(text) => Ok(text),
            _ => Err(self.fault("a string is expected")),
        }
    }
}

/// Read one JSON value that is the whole of `text`.
pub fn parse(text: &str) -> Parsed<Node> {
    let mut parser = Parser {
        text,
        position: 0,
        values: 0,
    };
    if text.len() > MAX_BYTES {
        return Err(parser.fault(format!(
            "{} bytes, at most {MAX_BYTES} are read",
            text.len()
        )));
    }
    let node = parser.value(0)?;
    parser.blanks();
    if parser.position < text.len() {
        return Err(parser.fault("text after the end"));
    }
    Ok(node)
}

struct Parser<'a> {
    text: &'a str,
    position: usize,
    values: usize,
}

impl Parser<'_> {
    fn fault(&self, reason: impl Into<String>) -> Fault {
        Fault {
            offset: self.position,
            reason: reason.into(),
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.position).copied()
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.position += 1;
        }
    }

    fn expect(&mut self, byte: u8) -> Parsed<()> {
        if self.peek() != Some(byte) {
            return Err(self.fault(format!("{:?} is expected", char::from(byte))));
        }
        self.position += 1;
        Ok(())
    }

    fn value(&mut self, depth: usize) -> Parsed<Node> {
        self.blanks();
        if depth > MAX_DEPTH {
            return Err(self.fault(format!("nested deeper than {MAX_DEPTH}")));
        }
        self.values += 1;
        if self.values > MAX_VALUES {
            return Err(self.fault(format!("more than {MAX_VALUES} values")));
        }
        let offset = self.position;
        let value = match self.peek() {
            Some(b'{') => self.object(depth)?,
            Some(b'[') => self.list(depth)?,
            Some(b'"') => Value::Text(self.string()?),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            _ => self.word()?,
        };
        Ok(Node { offset, value })
    }

    fn word(&mut self) -> Parsed<Value> {
        let rest = &self.text[self.position..];
        let word = ["null", "true", "false"]
            .into_iter()
            .find(|word| rest.starts_with(word));
        let word = word.ok_or_else(|| self.fault("no JSON value starts here"))?;
        self.position += word.len();
        Ok(Value::Word(word))
    }

    /// `-`? (0 | nonzero digits) (. digits)? (e sign? digits)?, as RFC 8259 has it.
    fn number(&mut self) -> Parsed<Value> {
        let start = self.position;
        self.skip_one_of(b"-");
        let zero = self.peek() == Some(b'0');
        if self.digits()? > 1 && zero {
            return Err(self.fault("a number with a leading zero"));
        }
        if self.skip_one_of(b".") {
            self.digits()?;
        }
        if self.skip_one_of(b"eE") {
            self.skip_one_of(b"+-");
            self.digits()?;
        }
        Ok(Value::Number(self.text[start..self.position].to_owned()))
    }

    fn skip_one_of(&mut self, bytes: &[u8]) -> bool {
        let found = self.peek().is_some_and(|byte| bytes.contains(&byte));
        self.position += usize::from(found);
        found
    }

    /// How many digits follow, at least one.
    fn digits(&mut self) -> Parsed<usize> {
        let rest = self.text.as_bytes()[self.position..].iter();
        let count = rest.take_while(|byte| byte.is_ascii_digit()).count();
        self.position += count;
        if count == 0 {
            return Err(self.fault("a digit is expected"));
        }
        Ok(count)
    }

    fn list(&mut self, depth: usize) -> Parsed<Value> {
        self.expect(b'[')?;
        let mut items = Vec::new();
        self.blanks();
        if self.peek() == Some(b']') {
            self.position += 1;
            return Ok(Value::List(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            self.blanks();
            if self.peek() == Some(b']') {
                self.position += 1;
                return Ok(Value::List(items));
            }
            self.expect(b',')?;
        }
    }

    fn object(&mut self, depth: usize) -> Parsed<Value> {
        self.expect(b'{')?;
        let mut members: Vec<(String, Node)> = Vec::new();
        let mut seen = std::collections::BTreeSet::new();
        self.blanks();
        if self.peek() == Some(b'}') {
            self.position += 1;
            return Ok(Value::Object(members));
        }
        loop {
            self.blanks();
            let offset = self.position;
            let key = self.string()?;
            if !seen.insert(key.clone()) {
                return Err(Fault {
                    offset,
                    reason: "this key occurs twice".to_owned(),
                });
            }
            self.blanks();
            self.expect(b':')?;
            members.push((key, self.value(depth + 1)?));
            self.blanks();
            if self.peek() == Some(b'}') {
                self.position += 1;
                return Ok(Value::Object(members));
            }
            self.expect(b',')?;
        }
    }

    fn string(&mut self) -> Parsed<String> {
        self.expect(b'"')?;
        let mut text = String::new();
        loop {
            let rest = &self.text[self.position..];
            let next = rest
                .chars()
                .next()
                .ok_or_else(|| self.fault("a string without its end"))?;
            match next {
                '"' => {
                    self.position += 1;
                    return Ok(text);
                }
                '\\' => text.push(self.escape()?),
                '\0'..='\u{1f}' => return Err(self.fault("a control character in a string")),
                plain => {
                    text.push(plain);
                    self.position += plain.len_utf8();
                }
            }
        }
    }

    fn escape(&mut self) -> Parsed<char> {
        let fault = self.fault("no such escape");
        self.position += 1;
        let kind = self
            .peek()
            .ok_or_else(|| self.fault("a string without its end"))?;
        self.position += 1;
        Ok(match kind {
            b'"' | b'\\' | b'/' => char::from(kind),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let high = self.code_unit()?;
                let mut units = vec![high];
                if (0xd800..0xdc00).contains(&high) && self.text[self.position..].starts_with("\\u")
                {
                    self.position += 2;
                    units.push(self.code_unit()?);
                }
                let mut decoded = char::decode_utf16(units);
                match (decoded.next(), decoded.next()) {
                    (Some(Ok(character)), None) => character,
                    _ => return Err(fault),
                }
            }
            _ => return Err(fault),
        })
    }

    fn code_unit(&mut self) -> Parsed<u16> {
        let digits = self.text.get(self.position..self.position + 4);
        let digits = digits.filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
        let unit = digits.and_then(|digits| u16::from_str_radix(digits, 16).ok());
        let unit = unit.ok_or_else(|| self.fault("four hexadecimal digits are expected"))?;
        self.position += 4;
        Ok(unit)
    }
}
