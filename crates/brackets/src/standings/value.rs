//! An exact figure: a whole number, or a fraction of whole numbers of any size.

use num_bigint::BigInt;
use num_rational::BigRational;
use serde::{Deserialize, Serialize};

/// A figure of a tie-breaker. Compared exactly; written `7` or `5/3`.
#[derive(Clone, Debug)]
pub enum Value {
    /// A whole number.
    Whole(i64),
    /// A fraction.
    Ratio(Box<BigRational>),
}

impl Value {
    /// `numerator / denominator`, or 0 if the denominator is 0.
    #[must_use]
    pub fn ratio(numerator: i64, denominator: i64) -> Self {
        if denominator == 0 {
            return Self::Whole(0);
        }
        Self::from(BigRational::new(BigInt::from(numerator), BigInt::from(denominator)))
    }

    /// The mean; 0 of nothing.
    #[must_use]
    pub fn mean(values: &[Self]) -> Self {
        if values.is_empty() {
            return Self::Whole(0);
        }
        let sum = values.iter().map(Self::exact).fold(BigRational::from(BigInt::from(0)), |sum, value| sum + value);
        Self::from(sum / BigRational::from(BigInt::from(values.len())))
    }

    /// For display only: comparisons use the exact value.
    #[must_use]
    pub fn approximate(&self) -> f64 {
        match self {
            #[expect(clippy::cast_precision_loss, reason = "for display")]
            Self::Whole(whole) => *whole as f64,
            Self::Ratio(ratio) => {
                // Scaled division keeps numerators of any size in range.
                let scaled: BigInt = ratio.numer() * 1_000_000_000i64 / ratio.denom();
                scaled.to_string().parse::<f64>().unwrap_or(f64::NAN) / 1e9
            }
        }
    }

    fn exact(&self) -> BigRational {
        match self {
            Self::Whole(whole) => BigRational::from(BigInt::from(*whole)),
            Self::Ratio(ratio) => (**ratio).clone(),
        }
    }
}

impl From<BigRational> for Value {
    fn from(ratio: BigRational) -> Self {
        if ratio.is_integer()
            && let Ok(whole) = i64::try_from(ratio.numer())
        {
            return Self::Whole(whole);
        }
        Self::Ratio(Box::new(ratio))
    }
}

impl Ord for Value {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        match (self, other) {
            (Self::Whole(a), Self::Whole(b)) => a.cmp(b),
            _ => self.exact().cmp(&other.exact()),
        }
    }
}

impl PartialOrd for Value {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Value {}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Whole(whole) => write!(f, "{whole}"),
            Self::Ratio(ratio) => write!(f, "{ratio}"),
        }
    }
}

impl Serialize for Value {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let refused = || serde::de::Error::custom(format!("\"{text}\" is no figure; write 7 or 5/3"));
        let (numerator, denominator) = text.split_once('/').unwrap_or((&text, "1"));
        let numerator: BigInt = numerator.parse().map_err(|_| refused())?;
        let denominator: BigInt = denominator.parse().map_err(|_| refused())?;
        if denominator == BigInt::from(0) {
            return Err(refused());
        }
        Ok(Self::from(BigRational::new(numerator, denominator)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thirds_are_not_rounded() {
        assert!(Value::ratio(1, 3) > Value::ratio(33, 100));
        assert_eq!(Value::mean(&[Value::ratio(1, 3), Value::ratio(2, 3)]), Value::ratio(1, 2));
        assert_eq!(Value::ratio(4, 2), Value::Whole(2));
        assert_eq!(Value::ratio(5, 3).to_string(), "5/3");
        assert!((Value::ratio(5, 3).approximate() - 5.0 / 3.0).abs() < 1e-6);
    }

    #[test]
    fn figures_read_back() {
        for value in [Value::Whole(-3), Value::ratio(5, 3)] {
            let text = serde_json::to_string(&value).unwrap();
            assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
        }
        for text in ["\"1/0\"", "\"x\"", "1"] {
            assert!(serde_json::from_str::<Value>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn denominators_of_any_number_of_rounds_fit() {
        let parts: Vec<Value> = (1..=400).map(|n| Value::ratio(1, 3 * n)).collect();
        assert!(Value::mean(&parts) > Value::ratio(1, 1000));
    }
}
