//! A parser of the expressions that checks, defaults and indexes hold, by precedence climbing
//! over PostgreSQL's precedence table. It refuses what it does not know (subqueries, comments,
//! window functions); nothing is simplified here.

use super::{
    keyword::is_reserved,
    node::{Node, Type, level, level_of},
    token::{Kind, Token, tokens},
};

/// A parsed expression, and which of its tokens are columns.
pub(super) struct Parsed<'a> {
    pub root: Node,
    pub columns: Vec<Token<'a>>,
}

/// The tree of this text, or `None` where it is not understood.
pub(super) fn parse(text: &str) -> Option<Parsed<'_>> {
    let mut parser = Parser { tokens: tokens(text)?, position: 0, depth: 0, columns: Vec::new() };
    let root = parser.expression(0)?;
    parser.peek().is_none().then_some(Parsed { root, columns: parser.columns })
}

/// How deep expressions may nest, so that no text can exhaust the stack.
const DEEPEST: usize = 120;

/// Words that stand for a value, as they are printed.
const VALUES: &[&str] = &[
    "NULL",
    "true",
    "false",
    "CURRENT_DATE",
    "CURRENT_TIME",
    "CURRENT_TIMESTAMP",
    "CURRENT_USER",
    "LOCALTIME",
    "LOCALTIMESTAMP",
    "SESSION_USER",
];

struct Parser<'a> {
    tokens: Vec<Token<'a>>,
    position: usize,
    depth: usize,
    columns: Vec<Token<'a>>,
}

/// Whether an operator was added to the expression, or none follows.
enum Step {
    Grew(Node),
    Done(Node),
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<Token<'a>> {
        self.peek_at(0)
    }

    fn peek_at(&self, ahead: usize) -> Option<Token<'a>> {
        self.tokens.get(self.position + ahead).copied()
    }

    fn advance(&mut self) -> Option<Token<'a>> {
        let token = self.peek()?;
        self.position += 1;
        Some(token)
    }

    /// Steps over these words if all of them follow.
    fn take_words(&mut self, words: &[&str]) -> bool {
        let follow = words.iter().enumerate().all(|(at, word)| self.peek_at(at).is_some_and(|t| t.is_word(word)));
        if follow {
            self.position += words.len();
        }
        follow
    }

    fn take_symbol(&mut self, symbol: &str) -> bool {
        let follows = self.peek().is_some_and(|t| t.is_symbol(symbol));
        self.position += usize::from(follows);
        follows
    }

    fn need_symbol(&mut self, symbol: &str) -> Option<()> {
        self.take_symbol(symbol).then_some(())
    }

    /// An expression whose operators bind at least this tightly.
    fn expression(&mut self, least: u8) -> Option<Node> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        let mut step = Step::Grew(self.prefix()?);
        let mut height = 0;
        while let Step::Grew(left) = step {
            height += usize::from(!matches!(left, Node::And(_) | Node::Or(_)));
            if height > DEEPEST {
                return None;
            }
            step = self.infix(left, least)?;
        }
        self.depth -= 1;
        let (Step::Grew(node) | Step::Done(node)) = step;
        Some(node)
    }

    fn prefix(&mut self) -> Option<Node> {
        if self.take_words(&["NOT"]) {
            return Some(Node::Not(Box::new(self.expression(level::NOT)?)));
        }
        let token = self.peek()?;
        if token.kind == Kind::Symbol && matches!(token.raw, "-" | "+") {
            self.advance();
            let operand = self.expression(level::SIGN)?;
            return Some(if token.raw == "+" { operand } else { Node::Unary("-".to_owned(), Box::new(operand)) });
        }
        if token.kind == Kind::Symbol && matches!(token.raw, "~" | "@" | "|/") {
            self.advance();
            return Some(Node::Unary(token.raw.to_owned(), Box::new(self.expression(level::SUM)?)));
        }
        self.primary()
    }

    /// The expression that `left` begins, one operator longer if one follows that binds this tightly.
    fn infix(&mut self, left: Node, least: u8) -> Option<Step> {
        match self.peek().map(|token| token.kind) {
            None => Some(Step::Done(left)),
            Some(Kind::Symbol) => self.infix_symbol(left, least),
            Some(Kind::Word) => self.infix_word(left, least),
            Some(_) => None,
        }
    }

    fn infix_symbol(&mut self, left: Node, least: u8) -> Option<Step> {
        let operator = match self.peek()?.raw {
            ")" | "," | "]" => return Some(Step::Done(left)),
            "(" | "[" | "." | ";" => return None,
            "::" => {
                self.advance();
                let to = self.type_name()?;
                return Some(Step::Grew(Node::Cast { operand: Box::new(left), to, written: false }));
            }
            "!=" => "<>",
            "==" => "=",
            "~~" => "LIKE",
            "!~~" => "NOT LIKE",
            "~~*" => "ILIKE",
            "!~~*" => "NOT ILIKE",
            other => other,
        };
        // An operator spelled `~~` binds as the others of its form, not as the word.
        let own = if operator.ends_with("LIKE") { level::OTHER } else { level_of(operator) };
        if own < least {
            return Some(Step::Done(left));
        }
        self.advance();
        for (word, quantifier) in [("ANY", "ANY"), ("SOME", "ANY"), ("ALL", "ALL")] {
            if self.take_words(&[word]) {
                self.need_symbol("(")?;
                let array = Box::new(self.expression(0)?);
                self.need_symbol(")")?;
                let operator = operator.to_owned();
                return Some(Step::Grew(Node::Quantified { operator, quantifier, left: Box::new(left), array }));
            }
        }
        let right = self.expression(own + 1)?;
        Some(Step::Grew(Node::binary(operator, left, right)))
    }

    fn infix_word(&mut self, left: Node, least: u8) -> Option<Step> {
        let fits = |own: u8| own >= least;
        let grown = if fits(level::OR) && self.take_words(&["OR"]) {
            let right = self.expression(level::AND)?;
            match left {
                Node::Or(operands) => Node::Or(longer(operands, right)),
                first => Node::Or(vec![first, right]),
            }
        } else if fits(level::AND) && self.take_words(&["AND"]) {
            let right = self.expression(level::NOT)?;
            match left {
                Node::And(operands) => Node::And(longer(operands, right)),
                first => Node::And(vec![first, right]),
            }
        } else if fits(level::IS) && self.take_words(&["IS"]) {
            self.is(left)?
        } else if fits(level::IS) && self.take_words(&["ISNULL"]) {
            Node::is(left, "NULL", false)
        } else if fits(level::IS) && self.take_words(&["NOTNULL"]) {
            Node::is(left, "NULL", true)
        } else if fits(level::AT) && self.take_words(&["AT", "TIME", "ZONE"]) {
            Node::binary("AT TIME ZONE", left, self.expression(level::AT + 1)?)
        } else if fits(level::COLLATE) && self.take_words(&["COLLATE"]) {
            Node::Collate(Box::new(left), self.dotted_name()?)
        } else if fits(level::LIKE) {
            return self.like(left);
        } else {
            return Some(Step::Done(left));
        };
        Some(Step::Grew(grown))
    }

    /// What stands behind `IS`.
    fn is(&mut self, left: Node) -> Option<Node> {
        let negated = self.take_words(&["NOT"]);
        if self.take_words(&["DISTINCT", "FROM"]) {
            let right = Box::new(self.expression(level::COMPARISON)?);
            return Some(Node::Distinct { left: Box::new(left), right, negated });
        }
        for (word, state) in [("NULL", "NULL"), ("TRUE", "true"), ("FALSE", "false"), ("UNKNOWN", "UNKNOWN")] {
            if self.take_words(&[word]) {
                return Some(Node::is(left, state, negated));
            }
        }
        None
    }

    /// `BETWEEN`, `IN`, `LIKE` and their like, behind an optional `NOT`.
    fn like(&mut self, left: Node) -> Option<Step> {
        let start = self.position;
        let negated = self.take_words(&["NOT"]);
        if self.take_words(&["BETWEEN"]) {
            let low = self.expression(level::OTHER)?;
            self.take_words(&["AND"]).then_some(())?;
            let high = self.expression(level::OTHER)?;
            return Some(Step::Grew(if negated {
                Node::Or(vec![Node::binary("<", left.clone(), low), Node::binary(">", left, high)])
            } else {
                Node::And(vec![Node::binary(">=", left.clone(), low), Node::binary("<=", left, high)])
            }));
        }
        if self.take_words(&["IN"]) {
            self.need_symbol("(")?;
            let list = self.list(")")?;
            return Some(Step::Grew(Node::In { operand: Box::new(left), list, negated }));
        }
        for (plain, not) in [("LIKE", "NOT LIKE"), ("ILIKE", "NOT ILIKE"), ("GLOB", "NOT GLOB")] {
            if self.take_words(&[plain]) {
                let mut pattern = self.expression(level::OTHER)?;
                if self.take_words(&["ESCAPE"]) {
                    let escape = self.expression(level::OTHER)?;
                    pattern = Node::binary("ESCAPE", pattern, escape);
                }
                return Some(Step::Grew(Node::binary(if negated { not } else { plain }, left, pattern)));
            }
        }
        self.position = start;
        Some(Step::Done(left))
    }

    fn primary(&mut self) -> Option<Node> {
        let token = self.advance()?;
        match token.kind {
            Kind::Text => Some(Node::Text(token.text())),
            Kind::Number => Some(Node::Number(token.raw.to_owned())),
            Kind::Opaque => Some(Node::Opaque(format!("{}{}", token.raw[..1].to_uppercase(), &token.raw[1..]))),
            Kind::Comment => None,
            Kind::Symbol if token.raw == "(" => {
                let mut items = self.list(")")?;
                if items.len() > 1 { Some(Node::Row(items)) } else { items.pop() }
            }
            Kind::Symbol => None,
            Kind::Word => self.word(token),
            Kind::Quoted => self.name(token),
        }
    }

    /// A list up to the closing symbol, at least one item.
    fn list(&mut self, close: &str) -> Option<Vec<Node>> {
        let mut items = vec![self.expression(0)?];
        while self.take_symbol(",") {
            items.push(self.expression(0)?);
        }
        self.need_symbol(close)?;
        Some(items)
    }

    fn word(&mut self, token: Token<'a>) -> Option<Node> {
        if let Some(value) = VALUES.iter().find(|value| token.is_word(value)) {
            return (!self.peek().is_some_and(|t| t.is_symbol("("))).then_some(Node::Word(value));
        }
        if token.is_word("CASE") {
            return self.case();
        }
        if token.is_word("CAST") {
            self.need_symbol("(")?;
            let operand = Box::new(self.expression(0)?);
            self.take_words(&["AS"]).then_some(())?;
            let to = self.type_name()?;
            self.need_symbol(")")?;
            return Some(Node::Cast { operand, to, written: true });
        }
        if token.is_word("ARRAY") {
            self.need_symbol("[")?;
            return if self.take_symbol("]") { Some(Node::Array(vec![])) } else { self.list("]").map(Node::Array) };
        }
        let called = self.peek().is_some_and(|t| t.is_symbol("("));
        let callable = ["left", "right"].iter().any(|word| token.is_word(word));
        if is_reserved(&token.name()) && !(called && callable) {
            return None;
        }
        // `date '2020-01-01'`: a type before a text is a cast of it.
        if self.peek().is_some_and(|t| t.kind == Kind::Text) {
            let operand = Box::new(Node::Text(self.advance()?.text()));
            let to = Type { name: long_name(&token.name()), arguments: vec![], array: false };
            return Some(Node::Cast { operand, to, written: false });
        }
        self.name(token)
    }

    /// A column, or a function with its arguments.
    fn name(&mut self, first: Token<'a>) -> Option<Node> {
        let mut last = first;
        let mut path = vec![first.name()];
        while self.take_symbol(".") {
            last = self.advance().filter(|t| matches!(t.kind, Kind::Word | Kind::Quoted))?;
            path.push(last.name());
        }
        if !self.take_symbol("(") {
            self.columns.push(last);
            return path.pop().map(Node::Column);
        }
        if path.len() == 2 && path[0] == "pg_catalog" {
            path.remove(0);
        }
        let name = path.iter().map(|part| function_name(part)).collect::<Vec<_>>().join(".");
        if self.take_symbol(")") {
            return Some(Node::Call { name, arguments: vec![] });
        }
        if name == "trim" {
            return self.trim();
        }
        Some(Node::Call { name, arguments: self.list(")")? })
    }

    /// The arguments of `trim`: plain ones, or PostgreSQL's `BOTH ' ' FROM x`.
    fn trim(&mut self) -> Option<Node> {
        let name = match () {
            () if self.take_words(&["BOTH"]) => "trim",
            () if self.take_words(&["LEADING"]) => "ltrim",
            () if self.take_words(&["TRAILING"]) => "rtrim",
            () => return Some(Node::Call { name: "trim".to_owned(), arguments: self.list(")")? }),
        };
        let mut arguments = Vec::new();
        if !self.take_words(&["FROM"]) {
            arguments.push(self.expression(0)?);
            self.take_words(&["FROM"]).then_some(())?;
        }
        arguments.insert(0, self.expression(0)?);
        self.need_symbol(")")?;
        Some(Node::Call { name: name.to_owned(), arguments })
    }

    fn case(&mut self) -> Option<Node> {
        let operand = if self.peek()?.is_word("WHEN") { None } else { Some(Box::new(self.expression(0)?)) };
        let mut arms = Vec::new();
        while self.take_words(&["WHEN"]) {
            let when = self.expression(0)?;
            self.take_words(&["THEN"]).then_some(())?;
            arms.push((when, self.expression(0)?));
        }
        let otherwise = if self.take_words(&["ELSE"]) { Some(Box::new(self.expression(0)?)) } else { None };
        (self.take_words(&["END"]) && !arms.is_empty()).then_some(Node::Case { operand, arms, otherwise })
    }

    fn dotted_name(&mut self) -> Option<String> {
        let identifier = |t: &Token<'_>| matches!(t.kind, Kind::Word | Kind::Quoted);
        let mut name = self.advance().filter(identifier)?.name();
        while self.take_symbol(".") {
            name = self.advance().filter(identifier)?.name();
        }
        Some(name)
    }

    fn type_name(&mut self) -> Option<Type> {
        let quoted = self.peek()?.kind == Kind::Quoted;
        let mut name = self.dotted_name()?;
        let second: &[&str] = match name.as_str() {
            "double" => &["PRECISION"],
            "character" | "bit" => &["VARYING"],
            _ => &[],
        };
        if !quoted && !second.is_empty() && self.take_words(second) {
            name = format!("{name} {}", second[0].to_lowercase());
        }
        let mut arguments = Vec::new();
        if self.take_symbol("(") {
            loop {
                arguments.push(self.advance().filter(|t| t.kind == Kind::Number)?.raw.to_owned());
                if !self.take_symbol(",") {
                    break;
                }
            }
            self.need_symbol(")")?;
        }
        if !quoted {
            if self.take_words(&["WITH", "TIME", "ZONE"]) {
                name.push_str(" with time zone");
            } else if self.take_words(&["WITHOUT", "TIME", "ZONE"]) {
                name.push_str(" without time zone");
            }
            name = long_name(&name);
        } else {
            name = format!("\"{}\"", name.replace('"', "\"\""));
        }
        let mut array = false;
        while self.take_symbol("[") {
            self.need_symbol("]")?;
            array = true;
        }
        Some(Type { name, arguments, array })
    }
}

fn longer(mut operands: Vec<Node>, next: Node) -> Vec<Node> {
    operands.push(next);
    operands
}

/// A function's name as it is printed: the quotes stay where they are needed.
fn function_name(name: &str) -> String {
    let plain = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if plain { name.to_owned() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}

/// PostgreSQL's long name of a type.
fn long_name(name: &str) -> String {
    match name {
        "int" | "int4" => "integer",
        "int2" => "smallint",
        "int8" => "bigint",
        "float4" => "real",
        "float8" | "float" => "double precision",
        "bool" => "boolean",
        "decimal" => "numeric",
        "varchar" => "character varying",
        "char" => "character",
        "timestamptz" => "timestamp with time zone",
        "timestamp" => "timestamp without time zone",
        "timetz" => "time with time zone",
        "time" => "time without time zone",
        other => other,
    }
    .to_owned()
}
