//! Whether the time that signing and delivery take tells their secrets: fixed against random ones, by Welch's t-test.
//!
//! After Reparaz, Balasch and Verbauwhede, "Dude, is my code constant time?" (2017). ZKDATA_TIMING_SAMPLES chooses how many timings
//! a verdict rests on.

mod delivery;
mod draws;
mod planted;
mod signer;
mod timings;
mod trial;
mod welch;
