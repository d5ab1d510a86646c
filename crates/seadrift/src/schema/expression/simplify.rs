//! Takes out of an expression what has no meaning, so that what PostgreSQL deparses and what
//! a person writes become the same tree.
//!
//! A rule here never makes two expressions equal that can differ on some row. So a cast that may
//! change a value stays: what PostgreSQL adds there is settled by asking the server.

use super::node::{Node, Type, level, level_of};

impl Node {
    /// The simplified tree.
    pub fn simplify(self) -> Self {
        match self {
            Self::And(operands) => flatten(operands, true),
            Self::Or(operands) => flatten(operands, false),
            Self::Not(operand) => not(operand.simplify()),
            Self::Unary(operator, operand) => unary(operator, operand.simplify()),
            Self::Binary(operator, left, right) => {
                let (mut left, mut right) = (left.simplify(), right.simplify());
                if level_of(&operator) == level::COMPARISON {
                    (left, right) = (without_widening(left), without_widening(right));
                }
                Self::binary(&operator, left, right)
            }
            Self::Is { operand, state, negated } => Self::is(operand.simplify(), state, negated),
            Self::Distinct { left, right, negated } => {
                let (left, right) = (without_widening(left.simplify()), without_widening(right.simplify()));
                Self::Distinct { left: Box::new(left), right: Box::new(right), negated }
            }
            Self::In { operand, list, negated } => in_list(operand.simplify(), simplify_all(list), negated),
            Self::Quantified { operator, quantifier, left, array } => {
                match (operator.as_str(), quantifier, left.simplify(), array.simplify()) {
                    ("=", "ANY", left, Self::Array(items)) if !items.is_empty() => in_list(left, items, false),
                    ("<>", "ALL", left, Self::Array(items)) if !items.is_empty() => in_list(left, items, true),
                    (_, _, left, array) => {
                        Self::Quantified { operator, quantifier, left: Box::new(left), array: Box::new(array) }
                    }
                }
            }
            Self::Array(items) => Self::Array(simplify_all(items)),
            Self::Row(items) => Self::Row(simplify_all(items)),
            Self::Case { operand, arms, otherwise } => Self::Case {
                operand: operand.map(|o| Box::new(o.simplify())),
                arms: arms.into_iter().map(|(when, then)| (when.simplify(), then.simplify())).collect(),
                otherwise: otherwise.map(|o| Box::new(o.simplify())).filter(|o| **o != Self::Word("NULL")),
            },
            Self::Call { name, arguments } => call(name, simplify_all(arguments)),
            Self::Cast { operand, to, written } => cast(operand.simplify(), to, written),
            Self::Collate(operand, collation) => Self::Collate(Box::new(operand.simplify()), collation),
            Self::Number(number) => Self::Number(plain_number(&number)),
            leaf @ (Self::Column(_) | Self::Text(_) | Self::Word(_) | Self::Opaque(_)) => leaf,
        }
    }
}

fn simplify_all(nodes: Vec<Node>) -> Vec<Node> {
    nodes.into_iter().map(Node::simplify).collect()
}

/// `AND` in `AND` and `OR` in `OR` become one list.
fn flatten(operands: Vec<Node>, and: bool) -> Node {
    let mut flat = Vec::new();
    for operand in simplify_all(operands) {
        match operand {
            Node::And(inner) if and => flat.extend(inner),
            Node::Or(inner) if !and => flat.extend(inner),
            other => flat.push(other),
        }
    }
    if and { Node::And(flat) } else { Node::Or(flat) }
}

/// `NOT` is drawn into what has a negated form of its own; all of these agree on NULL.
fn not(operand: Node) -> Node {
    match operand {
        Node::Not(inner) => *inner,
        Node::Is { operand, state, negated } => Node::Is { operand, state, negated: !negated },
        Node::Distinct { left, right, negated } => Node::Distinct { left, right, negated: !negated },
        Node::In { operand, list, negated } => Node::In { operand, list, negated: !negated },
        Node::Binary(operator, left, right) => match negated(&operator) {
            Some(other) => Node::Binary(other.to_owned(), left, right),
            None => Node::Not(Box::new(Node::Binary(operator, left, right))),
        },
        other => Node::Not(Box::new(other)),
    }
}

/// `<` is not turned into `>=`: where NaN or rows are compared, the two are no opposites.
fn negated(operator: &str) -> Option<&'static str> {
    Some(match operator {
        "=" => "<>",
        "<>" => "=",
        "LIKE" => "NOT LIKE",
        "NOT LIKE" => "LIKE",
        "ILIKE" => "NOT ILIKE",
        "NOT ILIKE" => "ILIKE",
        "GLOB" => "NOT GLOB",
        "NOT GLOB" => "GLOB",
        _ => return None,
    })
}

fn unary(operator: String, operand: Node) -> Node {
    match operand {
        Node::Number(number) if operator == "-" => Node::Number(match number.strip_prefix('-') {
            Some(positive) => positive.to_owned(),
            None if number == "0" => number,
            None => format!("-{number}"),
        }),
        other => Node::Unary(operator, Box::new(other)),
    }
}

/// A list of one is a comparison; the order of a list has no meaning.
fn in_list(operand: Node, list: Vec<Node>, negated: bool) -> Node {
    let operand = without_widening(operand);
    let mut list: Vec<Node> = list.into_iter().map(without_widening).collect();
    list.sort_by_cached_key(sort_key);
    list.dedup();
    if list.len() == 1 {
        let only = list.swap_remove(0);
        return Node::binary(if negated { "<>" } else { "=" }, operand, only);
    }
    Node::In { operand: Box::new(operand), list, negated }
}

/// Whole numbers by value, then all else by its printed form.
fn sort_key(node: &Node) -> (bool, i128, String) {
    let printed = node.print();
    match printed.parse::<i128>() {
        Ok(value) => (false, value, printed),
        Err(_) => (true, 0, printed),
    }
}

fn call(name: String, mut arguments: Vec<Node>) -> Node {
    match (name.as_str(), arguments.len()) {
        ("now" | "transaction_timestamp", 0) => Node::Word("CURRENT_TIMESTAMP"),
        ("like_escape", 2) => {
            let escape = arguments.pop().unwrap_or(Node::Word("NULL"));
            let pattern = arguments.pop().unwrap_or(Node::Word("NULL"));
            Node::binary("ESCAPE", pattern, escape)
        }
        ("btrim", _) => Node::Call { name: "trim".to_owned(), arguments },
        _ => Node::Call { name, arguments },
    }
}

/// An operand of a comparison without the cast by which PostgreSQL brings both sides to one type.
fn without_widening(node: Node) -> Node {
    match node {
        Node::Cast { operand, to, written: false }
            if matches!(*operand, Node::Column(_)) && to.is_plain() && is_fraction(&to.name) =>
        {
            *operand
        }
        other => other,
    }
}

fn cast(operand: Node, to: Type, written: bool) -> Node {
    let kept = |operand| Node::Cast { operand: Box::new(operand), to: to.clone(), written };
    if to.array {
        let element = Type { array: false, ..to.clone() };
        let items = match &operand {
            Node::Array(items) => Some(items.clone()),
            Node::Text(text) => array_items(text),
            _ => None,
        };
        return match items {
            Some(items) => Node::Array(items.into_iter().map(|item| cast(item, element.clone(), false)).collect()),
            None => kept(operand),
        };
    }
    match &operand {
        Node::Word("NULL") => operand,
        Node::Word("true" | "false") if to.name == "boolean" => operand,
        _ if !to.is_plain() => kept(operand),
        Node::Text(text) => literal_of(text, &to.name, written).unwrap_or_else(|| kept(operand)),
        Node::Number(number) if is_fraction(&to.name) || is_whole(&to.name) && is_integer(number) => operand,
        Node::Column(_) | Node::Case { .. } if !written && is_text(&to.name) => operand,
        Node::Call { name, .. } if !written && is_text(&to.name) && keeps_type(name) => operand,
        // PostgreSQL casts twice where a literal of one text type meets another.
        Node::Cast { to: inner, .. } if *inner == to => operand,
        _ => kept(operand),
    }
}

/// Functions that return the type of their arguments, so that a varchar stays one, or text.
fn keeps_type(function: &str) -> bool {
    matches!(
        function,
        "coalesce"
            | "nullif"
            | "greatest"
            | "least"
            | "lower"
            | "upper"
            | "trim"
            | "ltrim"
            | "rtrim"
            | "replace"
            | "substr"
    )
}

/// A text literal of a type, as the literal that means the same wherever that type is expected.
fn literal_of(text: &str, to: &str, written: bool) -> Option<Node> {
    if is_text(to) {
        return Some(Node::Text(text.to_owned()));
    }
    if is_whole(to) && is_integer(text) || is_fraction(to) && is_decimal(text) {
        return Some(Node::Number(plain_number(text)));
    }
    if to == "boolean" {
        return match text {
            "t" | "true" => Some(Node::Word("true")),
            "f" | "false" => Some(Node::Word("false")),
            _ => None,
        };
    }
    // `CAST('2020-01-01' AS date)` is a year on SQLite.
    let quoted = matches!(to, "bytea" | "date" | "uuid" | "json" | "jsonb") || to.starts_with("time");
    (quoted && !written).then(|| Node::Text(text.to_owned()))
}

fn is_text(name: &str) -> bool {
    matches!(name, "text" | "character varying" | "bpchar")
}

fn is_whole(name: &str) -> bool {
    matches!(name, "smallint" | "integer" | "bigint")
}

fn is_fraction(name: &str) -> bool {
    matches!(name, "numeric" | "double precision" | "real")
}

fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
}

fn is_decimal(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    is_integer(whole) && is_integer(fraction) && !whole.starts_with('-') && !fraction.starts_with('-')
}

/// A number without needless zeros before it, and with one before its point.
fn plain_number(number: &str) -> String {
    let (sign, digits) = number.strip_prefix('-').map_or(("", number), |digits| ("-", digits));
    let digits = digits.trim_start_matches('0').to_lowercase();
    let zero = if digits.starts_with(|c: char| c.is_ascii_digit()) { "" } else { "0" };
    format!("{sign}{zero}{digits}")
}

/// The items of PostgreSQL's array literal `{a,"b c"}`; nested arrays and NULL are left alone.
fn array_items(text: &str) -> Option<Vec<Node>> {
    let inner = text.strip_prefix('{')?.strip_suffix('}')?;
    let mut items = Vec::new();
    let mut characters = inner.chars().peekable();
    if characters.peek().is_none() {
        return Some(items);
    }
    loop {
        let mut item = String::new();
        if characters.next_if_eq(&'"').is_some() {
            loop {
                match characters.next()? {
                    '"' => break,
                    '\\' => item.push(characters.next()?),
                    c => item.push(c),
                }
            }
        } else {
            while let Some(c) = characters.next_if(|c| *c != ',') {
                if matches!(c, '{' | '}' | '"' | '\\') || c.is_whitespace() {
                    return None;
                }
                item.push(c);
            }
            if item.is_empty() || item.eq_ignore_ascii_case("null") {
                return None;
            }
        }
        items.push(Node::Text(item));
        match characters.next() {
            None => return Some(items),
            Some(',') => {}
            Some(_) => return None,
        }
    }
}

impl Type {
    fn is_plain(&self) -> bool {
        self.arguments.is_empty() && !self.array
    }
}
