use crate::babyjubjub::torsion;
use crate::{L, R, element, integer};
use _native::babyjubjub::{Point, PointInvalid};
use _native::blake512::blake512;
use _native::field::{Fr, to_integer};
use _native::signature::{
    PublicKey, Signature, SignatureRejected, SigningKey, device_secret, verify,
};
use num_bigint::BigUint;

/// A signature as circomlibjs 0.1.7 makes it: seed, message, A, R8, S.
struct Vector {
    seed: [u8; 32],
    message: &'static str,
    public: [&'static str; 2],
    r8: [&'static str; 2],
    s: &'static str,
}

fn vectors() -> [Vector; 3] {
    [
        Vector {
            seed: std::array::from_fn(|i| i as u8),
            message: "1234",
            public: [
                "1120771572304984668855649788542860110303223894298952018121329196339919157573",
                "20197087425205130352574209034729275460185533126585197591053247747830393653846",
            ],
            r8: [
                "1580098384235905420545007514700365116063110329219163409790379914642787678633",
                "3510495650391349777362125545131421502622657879888285313996332792666017079418",
            ],
            s: "2364737380600710657163606088999809402815886481217102136244489934842695318164",
        },
        Vector {
            seed: [0xff; 32],
            message: "21888242871839275222246405745257275088548364400416034343698204186575808495616",
            public: [
                "17788520011381179593941793542177088003738527034733847264387142974438571928495",
                "13178053446645437930489469951744660170316110624006459804440531388532406836835",
            ],
            r8: [
                "4824915120221264552702265337901804435384721127368332550245386278019074910718",
                "12348455764017701295073533585464935469524058529259237228619294558319647569601",
            ],
            s: "2701103481454421836691059768803778672802474575033067936633493799524490582692",
        },
        Vector {
            seed: [0; 32],
            message: "0",
            public: [
                "16508917144752610602145963506823743115557101240265470506805505298395529637033",
                "18631654747796370155722974221085383534170330422926471002342567715267253236113",
            ],
            r8: [
                "19305443290508114514596883319505632209723717456873021433762886134731615157949",
                "7697908474521279722044072655602572024791636126724064066592600415024484698566",
            ],
            s: "983289417060294735236888011028457617482700900137563028470545220005821415621",
        },
    ]
}

/// A valid key, message and signature as integers, for tests that spoil one of them.
#[derive(Clone)]
struct Signed {
    public: (BigUint, BigUint),
    message: BigUint,
    signature: (BigUint, BigUint, BigUint),
}

impl Signed {
    fn sample() -> Self {
        let [vector, ..] = vectors();
        Self {
            public: (integer(vector.public[0]), integer(vector.public[1])),
            message: integer(vector.message),
            signature: (
                integer(vector.r8[0]),
                integer(vector.r8[1]),
                integer(vector.s),
            ),
        }
    }

    fn verify(&self) -> Result<(), SignatureRejected> {
        let (r8x, r8y, s) = &self.signature;
        verify(
            (&self.public.0, &self.public.1),
            &self.message,
            (r8x, r8y, s),
        )
    }
}

fn coordinates(point: &Point) -> (BigUint, BigUint) {
    (to_integer(point.x()), to_integer(point.y()))
}

/// Keys and deterministic signatures are circomlib's, and verify.
#[test]
fn known_answers() {
    for vector in vectors() {
        let key = SigningKey::from_seed(&vector.seed);
        assert_eq!(
            coordinates(key.public().point()),
            (integer(vector.public[0]), integer(vector.public[1]))
        );
        let signature = key.sign_deterministic(element(vector.message));
        assert_eq!(
            coordinates(signature.r8()),
            (integer(vector.r8[0]), integer(vector.r8[1]))
        );
        assert_eq!(to_integer(*signature.s()), integer(vector.s));
        assert_eq!(
            key.public().verify(element(vector.message), &signature),
            Ok(())
        );
    }
    assert_eq!(Signed::sample().verify(), Ok(()));
}

/// Hedged signatures of one message differ from each other and from the deterministic one, and all verify.
#[test]
fn hedged_signatures_differ_and_verify() {
    let key = SigningKey::from_seed(&[7; 32]);
    let message = Fr::from(42u64);
    let mut seen: Vec<Signature> = vec![key.sign_deterministic(message)];
    for _ in 0..8 {
        let signature = key.sign(message).unwrap();
        assert_eq!(key.public().verify(message, &signature), Ok(()));
        assert!(
            seen.iter()
                .all(|other| other.r8() != signature.r8() && other.s() != signature.s())
        );
        seen.push(signature);
    }
}

/// A signature holds for its own key, message, R8 and S only.
#[test]
fn another_statement_is_refused() {
    let valid = Signed::sample();
    let mut other_message = valid.clone();
    other_message.message += 1u32;
    let mut other_s = valid.clone();
    other_s.signature.2 -= 1u32;
    let mut other_key = valid.clone();
    other_key.public = coordinates(SigningKey::from_seed(&[9; 32]).public().point());
    let mut negated_key = valid.clone();
    negated_key.public.0 = integer(R) - &valid.public.0;
    let mut negated_r8 = valid.clone();
    negated_r8.signature.0 = integer(R) - &valid.signature.0;
    for spoiled in [other_message, other_s, other_key, negated_key, negated_r8] {
        assert_eq!(spoiled.verify(), Err(SignatureRejected::EquationFails));
    }
}

/// Numbers outside their canonical range are refused by name, even where they are aliases of valid ones.
#[test]
fn aliases_are_refused() {
    let valid = Signed::sample();
    for multiple in 1..8u32 {
        let mut aliased = valid.clone();
        aliased.signature.2 += integer(L) * multiple;
        assert_eq!(aliased.verify(), Err(SignatureRejected::ScalarNotCanonical));
    }
    let mut at_order = valid.clone();
    at_order.signature.2 = integer(L);
    assert_eq!(
        at_order.verify(),
        Err(SignatureRejected::ScalarNotCanonical)
    );

    let mut message = valid.clone();
    message.message += integer(R);
    assert_eq!(
        message.verify(),
        Err(SignatureRejected::MessageNotCanonical)
    );

    let mut r8 = valid.clone();
    r8.signature.1 += integer(R);
    assert_eq!(
        r8.verify(),
        Err(SignatureRejected::NoncePoint(PointInvalid::NotCanonical))
    );

    let mut key = valid.clone();
    key.public.0 += integer(R);
    assert_eq!(
        key.verify(),
        Err(SignatureRejected::PublicKey(PointInvalid::NotCanonical))
    );
}

/// Points off the curve are refused, in the key and in R8.
#[test]
fn off_curve_is_refused() {
    let mut key = Signed::sample();
    key.public.1 += 1u32;
    assert_eq!(
        key.verify(),
        Err(SignatureRejected::PublicKey(PointInvalid::OffCurve))
    );

    let mut r8 = Signed::sample();
    r8.signature.0 += 1u32;
    assert_eq!(
        r8.verify(),
        Err(SignatureRejected::NoncePoint(PointInvalid::OffCurve))
    );
}

/// A key that is or contains a point of small order is refused: A + T verifies under the same equation as A, since 8 T vanishes.
#[test]
fn key_outside_the_subgroup_is_refused() {
    let valid = Signed::sample();
    let key = Point::from_integers(&valid.public.0, &valid.public.1).unwrap();
    for (index, point) in torsion().iter().enumerate() {
        let mut low = valid.clone();
        low.public = coordinates(point);
        let why = if index == 0 {
            PointInvalid::Identity
        } else {
            PointInvalid::OutsideSubgroup
        };
        assert_eq!(low.verify(), Err(SignatureRejected::PublicKey(why)));
        if index > 0 {
            let mut mixed = valid.clone();
            mixed.public = coordinates(&key.plus(point));
            assert_eq!(
                mixed.verify(),
                Err(SignatureRejected::PublicKey(PointInvalid::OutsideSubgroup))
            );
        }
    }
}

/// An R8 outside the prime subgroup is refused even when the signer made the challenge for it; so is the opposite of every S.
#[test]
fn nonce_point_outside_the_subgroup_is_refused() {
    // a signer with nonce 0 has R8 = (0, 1); one who puts T in its place passes any check that multiplies by the cofactor
    let seed = [3; 32];
    let key = SigningKey::from_seed(&seed);
    let message = Fr::from(5u64);
    for (index, point) in torsion().iter().enumerate() {
        let s = answer_with_nonce_zero(&seed, key.public(), point, message);
        let (x, y) = coordinates(point);
        let direct = Signature::from_integers(&x, &y, &s).unwrap();
        // the neutral point satisfies the equation, so the refusals are about T
        let expected = if index == 0 {
            Ok(())
        } else {
            Err(SignatureRejected::EquationFails)
        };
        assert_eq!(key.public().verify(message, &direct), expected);
        // both sides then share y at the neutral point and x at the point of order 2, and nothing more
        let opposite = Signature::from_integers(&x, &y, &(integer(L) - s)).unwrap();
        let refused = key.public().verify(message, &opposite);
        assert_eq!(refused, Err(SignatureRejected::EquationFails));
    }
}

/// S = h times the pruned scalar of `seed`, for the challenge h over R8 = `point`.
fn answer_with_nonce_zero(
    seed: &[u8; 32],
    public: &PublicKey,
    point: &Point,
    message: Fr,
) -> BigUint {
    let mut pruned = blake512(&[seed])[..32].to_vec();
    pruned[0] &= 0xf8;
    pruned[31] = pruned[31] & 0x7f | 0x40;
    let key = public.point();
    let inputs = [point.x(), point.y(), key.x(), key.y(), message];
    let h = to_integer(_native::poseidon::hash(&inputs, Fr::from(0u64)).unwrap());
    h * BigUint::from_bytes_le(&pruned) % integer(L)
}

/// The device secret is fixed by the seed, reduced lowest byte first, and is not made of the bytes that signing uses.
#[test]
fn device_secret_is_its_own() {
    let seed = [7; 32];
    let digest = blake512(&[b"zkdata device secret, version 1", &seed]);
    assert_eq!(
        to_integer(device_secret(&seed)),
        BigUint::from_bytes_le(digest.as_slice()) % integer(R)
    );
    assert_ne!(device_secret(&seed), device_secret(&[8; 32]));
    let signing = blake512(&[&seed]);
    for half in [&signing[..], &signing[..32], &signing[32..]] {
        assert_ne!(
            to_integer(device_secret(&seed)),
            BigUint::from_bytes_le(half) % integer(R)
        );
    }
}
