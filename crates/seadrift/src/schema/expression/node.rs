//! The tree of an expression, and its one printed form.
//!
//! What is printed can be run by both databases where its words are known to both: operands
//! whose precedence the two see differently stand in parentheses.

use super::token::identifier;

/// One node of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    /// A column; the table before it is left out.
    Column(String),
    /// A text literal.
    Text(String),
    /// A number, with its sign once simplified.
    Number(String),
    /// `NULL`, `true`, `false`, `CURRENT_TIMESTAMP` and their like.
    Word(&'static str),
    /// A literal that is kept as it was written.
    Opaque(String),
    /// A prefix operator.
    Unary(String, Box<Self>),
    /// An infix operator, also `LIKE` and its like.
    Binary(String, Box<Self>, Box<Self>),
    /// Two or more operands of `AND`.
    And(Vec<Self>),
    /// Two or more operands of `OR`.
    Or(Vec<Self>),
    /// `NOT`.
    Not(Box<Self>),
    /// `IS NULL`, `IS NOT TRUE` …
    Is { operand: Box<Self>, state: &'static str, negated: bool },
    /// `IS DISTINCT FROM`.
    Distinct { left: Box<Self>, right: Box<Self>, negated: bool },
    /// `IN` a list.
    In { operand: Box<Self>, list: Vec<Self>, negated: bool },
    /// `= ANY (…)`, `<> ALL (…)`.
    Quantified { operator: String, quantifier: &'static str, left: Box<Self>, array: Box<Self> },
    /// `ARRAY[…]`.
    Array(Vec<Self>),
    /// `(a, b)`.
    Row(Vec<Self>),
    /// `CASE`.
    Case { operand: Option<Box<Self>>, arms: Vec<(Self, Self)>, otherwise: Option<Box<Self>> },
    /// A function call.
    Call { name: String, arguments: Vec<Self> },
    /// A change of type; `written` is the form `CAST(… AS …)`, else `…::…`.
    Cast { operand: Box<Self>, to: Type, written: bool },
    /// `COLLATE`.
    Collate(Box<Self>, String),
}

/// The type that a cast names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Type {
    /// Its name in PostgreSQL's long form: `character varying`.
    pub name: String,
    /// What stands in parentheses behind the name.
    pub arguments: Vec<String>,
    /// Whether it is an array of these.
    pub array: bool,
}

/// How tightly an operator binds, by PostgreSQL's table; higher is tighter.
pub(super) mod level {
    pub const OR: u8 = 1;
    pub const AND: u8 = 2;
    pub const NOT: u8 = 3;
    pub const IS: u8 = 4;
    pub const COMPARISON: u8 = 5;
    pub const LIKE: u8 = 6;
    pub const OTHER: u8 = 7;
    pub const SUM: u8 = 8;
    pub const PRODUCT: u8 = 9;
    pub const POWER: u8 = 10;
    pub const AT: u8 = 11;
    pub const COLLATE: u8 = 12;
    pub const SIGN: u8 = 13;
    pub const CAST: u8 = 14;
    pub const ATOM: u8 = 15;
}

/// The level of an infix operator.
pub(super) fn level_of(operator: &str) -> u8 {
    match operator {
        "=" | "<>" | "<" | ">" | "<=" | ">=" => level::COMPARISON,
        "LIKE" | "NOT LIKE" | "ILIKE" | "NOT ILIKE" | "GLOB" | "NOT GLOB" | "ESCAPE" => level::LIKE,
        "+" | "-" => level::SUM,
        "*" | "/" | "%" => level::PRODUCT,
        "^" => level::POWER,
        "AT TIME ZONE" => level::AT,
        _ => level::OTHER,
    }
}

impl Node {
    /// An infix operator between two operands.
    pub fn binary(operator: &str, left: Self, right: Self) -> Self {
        Self::Binary(operator.to_owned(), Box::new(left), Box::new(right))
    }

    /// `IS` or `IS NOT` one of its states.
    pub fn is(operand: Self, state: &'static str, negated: bool) -> Self {
        Self::Is { operand: Box::new(operand), state, negated }
    }

    /// The printed form.
    pub fn print(&self) -> String {
        let mut text = String::new();
        self.write(&mut text);
        text
    }

    fn level(&self) -> u8 {
        match self {
            Self::Or(_) => level::OR,
            Self::And(_) => level::AND,
            Self::Not(_) => level::NOT,
            Self::Is { .. } | Self::Distinct { .. } => level::IS,
            Self::Quantified { .. } => level::COMPARISON,
            Self::In { .. } => level::LIKE,
            Self::Binary(operator, ..) => level_of(operator),
            Self::Unary(operator, _) if operator == "-" => level::SIGN,
            Self::Unary(..) => level::OTHER,
            Self::Number(number) if number.starts_with('-') => level::SIGN,
            Self::Collate(..) => level::COLLATE,
            _ => level::ATOM,
        }
    }

    /// Writes the node as an operand that has to bind at least this tightly.
    fn operand(&self, out: &mut String, least: u8) {
        if self.level() >= least {
            self.write(out);
        } else {
            out.push('(');
            self.write(out);
            out.push(')');
        }
    }

    fn write(&self, out: &mut String) {
        match self {
            Self::Column(name) => out.push_str(&identifier(name)),
            Self::Text(text) => push_text(out, text),
            Self::Number(text) | Self::Opaque(text) => out.push_str(text),
            Self::Word(word) => out.push_str(word),
            Self::Unary(operator, operand) => {
                out.push_str(operator);
                if operator != "-" {
                    out.push(' ');
                }
                operand.operand(out, level::CAST);
            }
            Self::Binary(operator, left, right) => write_binary(out, operator, left, right),
            Self::And(operands) => separated(out, operands, " AND ", |n, out| n.operand(out, level::NOT)),
            Self::Or(operands) => separated(out, operands, " OR ", |n, out| n.operand(out, level::AND)),
            Self::Not(operand) => {
                out.push_str("NOT ");
                operand.operand(out, level::NOT);
            }
            Self::Is { operand, state, negated } => {
                operand.operand(out, level::OTHER);
                out.push_str(if *negated { " IS NOT " } else { " IS " });
                out.push_str(state);
            }
            Self::Distinct { left, right, negated } => {
                left.operand(out, level::OTHER);
                out.push_str(if *negated { " IS NOT DISTINCT FROM " } else { " IS DISTINCT FROM " });
                right.operand(out, level::OTHER);
            }
            Self::In { operand, list, negated } => {
                operand.operand(out, level::OTHER);
                out.push_str(if *negated { " NOT IN (" } else { " IN (" });
                separated(out, list, ", ", Self::write);
                out.push(')');
            }
            Self::Quantified { operator, quantifier, left, array } => {
                left.operand(out, level::OTHER);
                out.push_str(&format!(" {operator} {quantifier} ("));
                array.write(out);
                out.push(')');
            }
            Self::Array(items) => bracketed(out, "ARRAY[", items, "]"),
            Self::Row(items) => bracketed(out, "(", items, ")"),
            Self::Case { operand, arms, otherwise } => write_case(out, operand.as_deref(), arms, otherwise.as_deref()),
            Self::Call { name, arguments } => bracketed(out, &format!("{name}("), arguments, ")"),
            Self::Cast { operand, to, .. } => {
                out.push_str("CAST(");
                operand.write(out);
                out.push_str(&format!(" AS {})", to.print()));
            }
            Self::Collate(operand, collation) => {
                operand.operand(out, level::COLLATE);
                out.push_str(&format!(" COLLATE {}", identifier(collation)));
            }
        }
    }
}

impl Type {
    fn print(&self) -> String {
        let mut text = self.name.clone();
        if !self.arguments.is_empty() {
            text.push_str(&format!("({})", self.arguments.join(",")));
        }
        if self.array {
            text.push_str("[]");
        }
        text
    }
}

fn write_binary(out: &mut String, operator: &str, left: &Node, right: &Node) {
    let own = level_of(operator);
    let (least_left, least_right) = match own {
        // SQLite lets some of these bind tighter than arithmetic, PostgreSQL looser.
        level::OTHER => match left {
            Node::Binary(same, ..) if same == operator => (own, level::AT),
            _ => (level::AT, level::AT),
        },
        level::COMPARISON => (level::OTHER, level::OTHER),
        level::LIKE if operator.ends_with("LIKE") && matches!(right, Node::Binary(o, ..) if o == "ESCAPE") => {
            (level::OTHER, level::LIKE)
        }
        level::LIKE => (level::OTHER, level::OTHER),
        _ => (own, own + 1),
    };
    left.operand(out, least_left);
    out.push_str(&format!(" {operator} "));
    right.operand(out, least_right);
}

fn write_case(out: &mut String, operand: Option<&Node>, arms: &[(Node, Node)], otherwise: Option<&Node>) {
    out.push_str("CASE");
    if let Some(operand) = operand {
        out.push(' ');
        operand.write(out);
    }
    for (when, then) in arms {
        out.push_str(" WHEN ");
        when.write(out);
        out.push_str(" THEN ");
        then.write(out);
    }
    if let Some(otherwise) = otherwise {
        out.push_str(" ELSE ");
        otherwise.write(out);
    }
    out.push_str(" END");
}

fn bracketed(out: &mut String, open: &str, items: &[Node], close: &str) {
    out.push_str(open);
    separated(out, items, ", ", Node::write);
    out.push_str(close);
}

fn separated(out: &mut String, items: &[Node], separator: &str, write: impl Fn(&Node, &mut String)) {
    for (position, item) in items.iter().enumerate() {
        if position > 0 {
            out.push_str(separator);
        }
        write(item, out);
    }
}

fn push_text(out: &mut String, text: &str) {
    out.push('\'');
    out.push_str(&text.replace('\'', "''"));
    out.push('\'');
}
