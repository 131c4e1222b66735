//! From one value to another.

use std::fmt;

/// From one value to another, both included; never backwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval<T> {
    first: T,
    last: T,
}

impl<T: Copy + Ord> Interval<T> {
    /// The interval with these ends; `None` where it would run backwards.
    pub fn new(first: T, last: T) -> Option<Self> {
        (first <= last).then_some(Self { first, last })
    }

    /// Its first value.
    pub fn first(&self) -> T {
        self.first
    }

    /// Its last value, which belongs to it.
    pub fn last(&self) -> T {
        self.last
    }

    /// Whether a value lies in it.
    pub fn contains(&self, value: T) -> bool {
        (self.first..=self.last).contains(&value)
    }
}

impl<T: fmt::Display + PartialEq> fmt::Display for Interval<T> {
    /// As recipes write it: `130..145`, or the one value.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last {
            return self.first.fmt(f);
        }
        write!(f, "{}..{}", self.first, self.last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_belong_to_it_and_it_never_runs_backwards() {
        let signals = Interval::new(130, 145).unwrap();
        let inside: Vec<i32> = (128..148).filter(|code| signals.contains(*code)).collect();
        assert_eq!(inside, (130..=145).collect::<Vec<_>>());
        assert_eq!((signals.to_string(), signals.first(), signals.last()), ("130..145".to_owned(), 130, 145));
        assert_eq!(Interval::new(2, 2).unwrap().to_string(), "2");
        assert_eq!(Interval::new(3, 2), None);
    }
}
