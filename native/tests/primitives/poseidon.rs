use crate::{element, integer};
use _native::field::{Fr, to_integer};
use _native::poseidon::{WidthUnsupported, hash, permute};

/// Poseidon of 1, 2 .. n untagged, by circomlibjs 0.1.7.
const COUNTING: &[(u64, &str)] = &[
    (
        1,
        "18586133768512220936620570745912940619677854269274689475585506675881198879027",
    ),
    (
        2,
        "7853200120776062878684798364095072458815029376092732009249414926327459813530",
    ),
    (
        3,
        "6542985608222806190361240322586112750744169038454362455181422643027100751666",
    ),
    (
        4,
        "18821383157269793795438455681495246036402687001665670618754263018637548127333",
    ),
    (
        5,
        "6183221330272524995739186171720101788151706631170188140075976616310159254464",
    ),
    (
        8,
        "18604317144381847857886385684060986177838410221561136253933256952257712543953",
    ),
    (
        16,
        "9989051620750914585850546081941653841776809718687451684622678807385399211877",
    ),
];

/// Poseidon of r - 1, r - 2 .. r - n under tag r - 7, by circomlibjs 0.1.7 with that initial state.
const TAGGED: &[(u64, &str)] = &[
    (
        5,
        "6227549661203087263301474672136409340492486055514148118569244213979104704608",
    ),
    (
        16,
        "20960177502945461354631642827542784444112164895603551175544881684482972576565",
    ),
];

/// Untagged hashes are circomlib's.
#[test]
fn untagged_known_answers() {
    for (count, expected) in COUNTING {
        let inputs: Vec<Fr> = (1..=*count).map(Fr::from).collect();
        assert_eq!(
            to_integer(hash(&inputs, Fr::from(0u64)).unwrap()),
            integer(expected),
            "{count} inputs"
        );
    }
}

/// The tag is the state's first lane, and changes the hash.
#[test]
fn tagged_known_answers() {
    for (count, expected) in TAGGED {
        let inputs: Vec<Fr> = (1..=*count).map(|i| -Fr::from(i)).collect();
        let tag = -Fr::from(7u64);
        assert_eq!(
            hash(&inputs, tag).unwrap(),
            element(expected),
            "{count} inputs"
        );
        assert_ne!(hash(&inputs, -Fr::from(8u64)).unwrap(), element(expected));

        let mut state = vec![tag];
        state.extend(&inputs);
        permute(&mut state).unwrap();
        assert_eq!(state[0], element(expected));
    }
}

/// A width without constants is refused, with the width named, and the state is left alone.
#[test]
fn other_widths_are_refused() {
    for width in [0, 1, 7, 8, 10, 16, 18, 1000] {
        let mut state = vec![Fr::from(1u64); width];
        assert_eq!(permute(&mut state), Err(WidthUnsupported(width)));
        assert!(state.iter().all(|lane| *lane == Fr::from(1u64)));
        assert!(
            WidthUnsupported(width)
                .to_string()
                .ends_with("in use are 2 3 4 5 6 9 17")
        );
    }
    for count in [0, 6, 7, 9, 15, 17, 1000] {
        assert_eq!(
            hash(&vec![Fr::from(1u64); count], Fr::from(0u64)),
            Err(WidthUnsupported(count + 1))
        );
    }
}
