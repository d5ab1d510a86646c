//! How many streams are open, by address and by person, and the word that they must end.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::http::HeaderMap;
use tokio::sync::watch;

use crate::doors::StreamLimits;

#[derive(Default)]
struct Taken {
    total: usize,
    by_address: HashMap<IpAddr, usize>,
    by_person: HashMap<i64, usize>,
}

/// The seats of a process.
pub(crate) struct Seats {
    taken: Arc<Mutex<Taken>>,
    stop: watch::Sender<bool>,
}

impl Default for Seats {
    fn default() -> Self {
        Self { taken: Arc::default(), stop: watch::Sender::new(false) }
    }
}

fn lock(taken: &Mutex<Taken>) -> MutexGuard<'_, Taken> {
    taken.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Seats {
    /// A seat, unless there is none left; it is free again when dropped.
    pub(crate) fn take(&self, limits: &StreamLimits, address: IpAddr, person: Option<i64>) -> Option<Seat> {
        let mut taken = lock(&self.taken);
        let of_person = person.and_then(|person| taken.by_person.get(&person)).copied().unwrap_or(0);
        let of_address = taken.by_address.get(&address).copied().unwrap_or(0);
        if taken.total >= limits.total || of_address >= limits.per_address || of_person >= limits.per_person {
            return None;
        }
        taken.total += 1;
        *taken.by_address.entry(address).or_default() += 1;
        if let Some(person) = person {
            *taken.by_person.entry(person).or_default() += 1;
        }
        drop(taken);
        Some(Seat { taken: Arc::clone(&self.taken), address, person })
    }

    /// Ends all streams, now and later.
    pub(crate) fn stop(&self) {
        self.stop.send_replace(true);
    }

    pub(crate) fn stopping(&self) -> watch::Receiver<bool> {
        self.stop.subscribe()
    }
}

/// One open stream's place in the count.
pub(crate) struct Seat {
    taken: Arc<Mutex<Taken>>,
    address: IpAddr,
    person: Option<i64>,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = lock(&self.taken);
        taken.total = taken.total.saturating_sub(1);
        leave(&mut taken.by_address, &self.address);
        if let Some(person) = &self.person {
            leave(&mut taken.by_person, person);
        }
    }
}

fn leave<K: std::hash::Hash + Eq>(counts: &mut HashMap<K, usize>, key: &K) {
    if let Some(count) = counts.get_mut(key) {
        *count = count.saturating_sub(1);
        if *count == 0 {
            counts.remove(key);
        }
    }
}

/// Where a request comes from, as far as counting goes. A proxy on this machine says for whom it asks; anybody
/// else's word on that counts for nothing.
pub(crate) fn address(peer: Option<IpAddr>, headers: &HeaderMap) -> IpAddr {
    let peer = peer.unwrap_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED));
    let said = headers.get_all("x-forwarded-for").iter().next_back().and_then(|value| value.to_str().ok());
    let said = said.and_then(|list| list.rsplit(',').next()?.trim().parse::<IpAddr>().ok());
    match said.filter(|_| peer.is_loopback()).unwrap_or(peer).to_canonical() {
        IpAddr::V6(address) => {
            let network = u128::from(address) >> 64 << 64;
            IpAddr::V6(Ipv6Addr::from(network))
        }
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seats_are_counted_by_address_and_person_and_come_back() {
        let seats = Seats::default();
        let limits = StreamLimits { per_person: 2, per_address: 3, total: 4 };
        let at = |text: &str| text.parse::<IpAddr>().unwrap();
        let _one = seats.take(&limits, at("10.0.0.1"), Some(1)).expect("a seat");
        let two = seats.take(&limits, at("10.0.0.1"), Some(1)).expect("a seat");
        assert!(seats.take(&limits, at("10.0.0.2"), Some(1)).is_none(), "two a person, wherever");
        let _three = seats.take(&limits, at("10.0.0.1"), None).expect("a seat");
        assert!(seats.take(&limits, at("10.0.0.1"), None).is_none(), "three an address");
        let _four = seats.take(&limits, at("10.0.0.3"), None).expect("a seat");
        assert!(seats.take(&limits, at("10.0.0.4"), None).is_none(), "four in all");
        drop(two);
        let again = seats.take(&limits, at("10.0.0.1"), Some(1));
        assert!(again.is_some());
        drop((_one, again, _three, _four));
        let taken = lock(&seats.taken);
        assert!(taken.total == 0 && taken.by_address.is_empty() && taken.by_person.is_empty(), "nothing is kept");
    }

    #[test]
    fn only_a_proxy_on_this_machine_is_believed() {
        let headers =
            |value: &str| HeaderMap::from_iter([("x-forwarded-for".parse().unwrap(), value.parse().unwrap())]);
        for (peer, said, counted) in [
            ("127.0.0.1", "203.0.113.9", "203.0.113.9"),
            ("127.0.0.1", "1.1.1.1, 203.0.113.9", "203.0.113.9"),
            ("127.0.0.1", "nonsense", "127.0.0.1"),
            ("198.51.100.7", "203.0.113.9", "198.51.100.7"),
            ("::ffff:198.51.100.7", "", "198.51.100.7"),
            ("2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::"),
        ] {
            let address = address(Some(peer.parse().unwrap()), &headers(said));
            assert_eq!(address, counted.parse::<IpAddr>().unwrap(), "{peer} {said}");
        }
    }
}
