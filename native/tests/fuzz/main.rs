//! Every parser under changed files: a typed answer in bounded time and memory, whatever the bytes.
//!
//! ZKDATA_FUZZ_RUNS and ZKDATA_FUZZ_SEED choose how many and which. An input that breaks a law is kept under the build
//! folder, by parser and run.

mod binary;
mod campaign;
mod corpus;
mod damage;
mod measure;
mod parser;
mod planted;
mod random;
mod scale;
mod slots;
mod subjects;
mod text;
mod tokens;
mod truncation;

use measure::turn;

/// One parser's campaign, on one thread so that the figures are of one core.
macro_rules! campaigns {
    ($($parser:ident)*) => {$(
        #[test]
        fn $parser() {
            let _alone = turn();
            let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread");
            one.install(|| campaign::hold(&subjects::$parser()));
        }
    )*};
}

campaigns!(r1cs wtns zkey ptau verification_key proof public wgr);
