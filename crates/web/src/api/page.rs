//! Lists in pages: opaque cursors, and how long a page is.

use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};

use super::problem::Problem;

/// Longest page.
pub(crate) const MOST: u32 = 100;
/// Length of a page that nobody chose.
const USUAL: u32 = 25;

/// One page of a list.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PageOf{T}")]
pub(crate) struct Page<T> {
    /// What is on it.
    pub(crate) items: Vec<T>,
    /// What to send as `cursor` for the next page; null on the last one.
    pub(crate) next: Option<String>,
}

impl<T> Page<T> {
    /// A list that is always whole.
    pub(crate) fn whole(items: impl IntoIterator<Item = T>) -> Self {
        Self { items: items.into_iter().collect(), next: None }
    }
}

/// A position in a list of this name, for clients who must not read anything into it.
pub(crate) fn cursor<P: Serialize>(list: &str, position: &P) -> Result<String, Problem> {
    let text = serde_json::to_string(&(list, position)).map_err(Problem::internal)?;
    Ok(text.bytes().map(|byte| format!("{byte:02x}")).collect())
}

/// The position that a cursor says; one that is not from this list is refused.
pub(crate) fn position<P: DeserializeOwned>(list: &str, cursor: Option<&str>) -> Result<Option<P>, Problem> {
    let Some(cursor) = cursor else { return Ok(None) };
    let wrong = || Problem::field("cursor", "cursor", "This cursor is not from this list. Begin without one.");
    let digits = cursor.as_bytes();
    if digits.len() > 1_000 || !digits.len().is_multiple_of(2) {
        return Err(wrong());
    }
    let mut bytes = Vec::with_capacity(digits.len() / 2);
    for pair in digits.chunks_exact(2) {
        let pair = std::str::from_utf8(pair).map_err(|_| wrong())?;
        if !pair.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(wrong());
        }
        bytes.push(u8::from_str_radix(pair, 16).map_err(|_| wrong())?);
    }
    let (name, position): (String, P) = serde_json::from_slice(&bytes).map_err(|_| wrong())?;
    if name == list { Ok(Some(position)) } else { Err(wrong()) }
}

/// How long a page shall be.
pub(crate) fn length(limit: Option<u32>) -> Result<usize, Problem> {
    match limit.unwrap_or(USUAL) {
        limit @ 1..=MOST => Ok(limit as usize),
        _ => Err(Problem::field("limit", "range", format!("A page has 1 to {MOST} items."))),
    }
}

/// One page of a list whose service answers in pages of its own length.
///
/// `more` answers items after a position and whether there are others behind them; `place` is the
/// position of an item.
pub(crate) async fn gather<T, P, W>(
    list: &str,
    cursor_text: Option<&str>,
    limit: Option<u32>,
    more: impl Fn(Option<P>) -> W,
    place: impl Fn(&T) -> P,
) -> Result<Page<T>, Problem>
where
    P: Serialize + DeserializeOwned + Clone,
    W: Future<Output = Result<(Vec<T>, Option<P>), Problem>>,
{
    let length = length(limit)?;
    let mut at: Option<P> = position(list, cursor_text)?;
    let mut items = Vec::new();
    loop {
        let (block, next) = more(at).await?;
        items.extend(block);
        at = next;
        if items.len() > length || at.is_none() {
            break;
        }
    }
    let beyond = items.len() > length;
    items.truncate(length);
    let next = match items.last() {
        Some(last) if beyond => Some(cursor(list, &place(last))?),
        _ => None,
    };
    Ok(Page { items, next })
}

impl<T> Page<T> {
    /// The same page with other items.
    pub(crate) fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(change).collect(), next: self.next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_leads_back_into_its_own_list_only() {
        let text = cursor("teams", &(7, 3_i64)).unwrap();
        assert_eq!(position::<(i32, i64)>("teams", Some(&text)).unwrap(), Some((7, 3)));
        assert!(position::<(i32, i64)>("cups", Some(&text)).is_err());
        assert!(position::<(String, i64)>("teams", Some(&text)).is_err());
        let long = "61".repeat(600);
        for wrong in ["", "0", "zz", "+1", "é1", "5b5d", long.as_str()] {
            assert!(position::<(i32, i64)>("teams", Some(wrong)).is_err(), "{wrong}");
        }
        assert_eq!(position::<(i32, i64)>("teams", None).unwrap(), None);
    }

    #[test]
    fn pages_have_bounds() {
        assert_eq!(length(None).unwrap(), 25);
        assert_eq!(length(Some(100)).unwrap(), 100);
        assert!(length(Some(0)).is_err() && length(Some(101)).is_err());
    }

    #[tokio::test]
    async fn a_page_is_gathered_from_blocks() {
        let all: Vec<u32> = (0..23).collect();
        let more = |after: Option<u32>| {
            let rest: Vec<u32> = all.iter().copied().filter(|n| after.is_none_or(|after| *n > after)).collect();
            let block: Vec<u32> = rest.iter().copied().take(4).collect();
            let next = block.last().copied().filter(|_| rest.len() > 4);
            async move { Ok((block, next)) }
        };
        for limit in [1, 3, 4, 5, 22, 23, 24] {
            let (mut seen, mut at) = (Vec::new(), None);
            loop {
                let page = gather("n", at.as_deref(), Some(limit), more, |n| *n).await.unwrap();
                assert!(page.items.len() <= limit as usize);
                seen.extend(page.items);
                at = page.next;
                if at.is_none() {
                    break;
                }
            }
            assert_eq!(seen, all, "{limit}");
        }
    }
}
