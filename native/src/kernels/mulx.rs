//! Products modulo a prime of 254 bits by mulx, adcx and adox: two chains of carries side by side, which no compiler makes
//! of ordinary code. A third less time than arkworks' product.
#![allow(unsafe_code)]

use core::arch::asm;
use core::marker::PhantomData;

use ark_bn254::Fq2;
use ark_ff::{BigInt, Fp256, MontBackend, MontConfig};

use super::Words;
use super::portable::Multiplier;

/// Whether this processor has these instructions.
pub fn is_there() -> bool {
    use std::arch::is_x86_feature_detected as has;
    has!("bmi2") && has!("adx")
}

/// Products of one element by another.
#[derive(Clone, Copy)]
pub struct Mulx;

impl<C: MontConfig<4>> Multiplier<Fp256<MontBackend<C, 4>>> for Mulx {
    #[inline(always)]
    fn product(
        a: Fp256<MontBackend<C, 4>>,
        b: Fp256<MontBackend<C, 4>>,
    ) -> Fp256<MontBackend<C, 4>> {
        Fp256::new_unchecked(BigInt(product::<C>(&a.0.0, &b.0.0)))
    }
}

impl Multiplier<Fq2> for Mulx {
    /// Karatsuba's three products. Sums of two elements are multiplied as they are, below 2 q.
    #[inline(always)]
    fn product(a: Fq2, b: Fq2) -> Fq2 {
        let (real, last) = (Mulx::product(a.c0, b.c0), Mulx::product(a.c1, b.c1));
        let (left, right) = (sum(&a.c0.0.0, &a.c1.0.0), sum(&b.c0.0.0, &b.c1.0.0));
        let cross = Fp256::new_unchecked(BigInt(product::<ark_bn254::FqConfig>(&left, &right)));
        Fq2::new(real - last, cross - real - last)
    }

    /// (a + b u)^2 = (a + b)(a - b) + 2 a b u.
    #[inline(always)]
    fn square(a: Fq2) -> Fq2 {
        let twice = Mulx::product(a.c0, a.c1);
        Fq2::new(Mulx::product(a.c0 + a.c1, a.c0 - a.c1), twice + twice)
    }
}

struct Constants<C>(PhantomData<C>);

impl<C: MontConfig<4>> Constants<C> {
    /// The prime, and what times it is -1 modulo 2^64.
    const WORDS: [u64; 5] = {
        let [a, b, c, d] = C::MODULUS.0;
        [a, b, c, d, C::INV]
    };
}

/// The sum, of numbers below 2^255.
#[inline(always)]
fn sum(a: &Words, b: &Words) -> Words {
    let mut carry = false;
    core::array::from_fn(|at| {
        let (word, first) = a[at].overflowing_add(b[at]);
        let (word, second) = word.overflowing_add(u64::from(carry));
        carry = first || second;
        word
    })
}

/// One word of b times a, added to t; then the multiple of q that makes the lowest word zero, and t moves down by it.
macro_rules! word {
    ($at:literal) => {
        concat!(
            "xor {c:e}, {c:e}\n",
            "mov rdx, [{b} + ",
            $at,
            "]\n",
            "mulx {h}, {l}, [{a}]\n",
            "adox {t0}, {l}\n",
            "adcx {t1}, {h}\n",
            "mulx {h}, {l}, [{a} + 8]\n",
            "adox {t1}, {l}\n",
            "adcx {t2}, {h}\n",
            "mulx {h}, {l}, [{a} + 16]\n",
            "adox {t2}, {l}\n",
            "adcx {t3}, {h}\n",
            "mulx {h}, {l}, [{a} + 24]\n",
            "adox {t3}, {l}\n",
            "mov {l:e}, 0\n",
            "adcx {h}, {l}\n",
            "adox {h}, {l}\n",
            "mov rdx, [{q} + 32]\n",
            "imul rdx, {t0}\n",
            "xor {l:e}, {l:e}\n",
            "mulx {c}, {l}, [{q}]\n",
            "adcx {l}, {t0}\n",
            "mov {t0}, {c}\n",
            "adcx {t0}, {t1}\n",
            "mulx {t1}, {l}, [{q} + 8]\n",
            "adox {t0}, {l}\n",
            "adcx {t1}, {t2}\n",
            "mulx {t2}, {l}, [{q} + 16]\n",
            "adox {t1}, {l}\n",
            "adcx {t2}, {t3}\n",
            "mulx {t3}, {l}, [{q} + 24]\n",
            "adox {t2}, {l}\n",
            "mov {l:e}, 0\n",
            "adcx {t3}, {l}\n",
            "adox {t3}, {h}\n",
        )
    };
}

/// a b / 2^256 modulo q, below q: for a and b below 2 q, as 4 q^2 / 2^256 + q is below 2 q.
#[inline(always)]
fn product<C: MontConfig<4>>(a: &Words, b: &Words) -> Words {
    let q = &Constants::<C>::WORDS;
    let [mut t0, mut t1, mut t2, mut t3] = [0u64; 4];
    // SAFETY: it reads four words of a and b and five of q, and writes registers alone. Lanes that use it are chosen
    // after `is_there`.
    unsafe {
        asm!(
            word!("0"),
            word!("8"),
            word!("16"),
            word!("24"),
            // Less q, where that is not below zero.
            "mov {h}, {t0}",
            "sub {h}, [{q}]",
            "mov {l}, {t1}",
            "sbb {l}, [{q} + 8]",
            "mov {c}, {t2}",
            "sbb {c}, [{q} + 16]",
            "mov rdx, {t3}",
            "sbb rdx, [{q} + 24]",
            "cmovnc {t0}, {h}",
            "cmovnc {t1}, {l}",
            "cmovnc {t2}, {c}",
            "cmovnc {t3}, rdx",
            a = in(reg) a.as_ptr(),
            b = in(reg) b.as_ptr(),
            q = in(reg) q.as_ptr(),
            t0 = inout(reg) t0,
            t1 = inout(reg) t1,
            t2 = inout(reg) t2,
            t3 = inout(reg) t3,
            h = out(reg) _,
            l = out(reg) _,
            c = out(reg) _,
            out("rdx") _,
            options(pure, readonly, nostack),
        );
    }
    [t0, t1, t2, t3]
}
