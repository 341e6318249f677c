//! Exact arithmetic in lanes: numbers that are factors, whose products are factors again.

use ark_ff::{AdditiveGroup, Field};

use crate::kernels::Lanes;

/// What leads from values to factors and back.
#[derive(Clone, Copy)]
pub struct Exact<L: Lanes> {
    /// One as a factor.
    pub one: L,
    /// Times a value, the factor of the same element.
    into_factor: L,
    /// Times a factor, the value of the same element.
    into_value: L,
    /// Times what `Lanes::inverse` makes of a factor read as an element, the element that written is the factor of the inverse.
    correction: L::Element,
}

impl<L: Lanes> Exact<L> {
    /// Those of these lanes.
    pub fn new() -> Self {
        let one = L::Element::ONE;
        // The product of two values of 1 is a part of 1: how much the radices differ by.
        let ratio = L::value(one).times(L::value(one)).elements()[0];
        let ratio = ratio.inverse().unwrap_or(one);
        let slope = L::inverse(one).unwrap_or(one);
        Self {
            one: L::factor(one),
            into_factor: L::factor(ratio),
            into_value: L::value(one),
            correction: ratio.square() * slope.inverse().unwrap_or(one),
        }
    }

    /// A value as a factor.
    #[inline(always)]
    pub fn factor(&self, value: L) -> L {
        value.times(self.into_factor)
    }

    /// A factor as a value.
    #[inline(always)]
    pub fn value(&self, factor: L) -> L {
        factor.times(self.into_value)
    }

    /// Put its inverse in the place of each factor, by one division; false, and nothing done, where one is zero.
    #[inline(always)]
    pub fn invert(&self, factors: &mut [L]) -> bool {
        let mut before = Vec::with_capacity(factors.len());
        let mut product = self.one;
        for factor in factors.iter() {
            before.push(product);
            product = product.times(*factor);
        }
        let Some(inverse) = self.inverse_of_each(product) else {
            return false;
        };
        let mut inverse = inverse;
        for (factor, before) in factors.iter_mut().zip(before).rev() {
            let next = inverse.times(*factor);
            *factor = inverse.times(before);
            inverse = next;
        }
        true
    }

    /// The inverse of every lane of a factor; `None` where one is zero.
    fn inverse_of_each(&self, factor: L) -> Option<L> {
        let elements = factor.elements();
        let mut before = Vec::with_capacity(elements.len());
        let mut product = L::Element::ONE;
        for element in &elements {
            before.push(product);
            product *= element;
        }
        let mut inverse = L::inverse(product)? * self.correction;
        let mut inverses = vec![L::Element::ZERO; elements.len()];
        for at in (0..elements.len()).rev() {
            inverses[at] = inverse * before[at];
            inverse *= elements[at];
        }
        Some(L::from_elements(&inverses))
    }
}
