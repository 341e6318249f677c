//! Witness graphs made by hand: what they calculate, and that no place or amount in them is taken on trust.

use _native::error::Error;
use _native::formats::wtns;
use _native::witness::{Answer, Code, Graph, Input, Instruction, Op, Parts, Place, read, write};
use ark_bn254::Fr;

/// Operands: a place, four times, and what it is a place of.
const fn temporary(place: u32) -> u32 {
    place << 2
}
const fn signal(place: u32) -> u32 {
    place << 2 | 1
}
const fn constant(place: u32) -> u32 {
    place << 2 | 2
}

fn instruction(op: Op, to: u32, operands: [u32; 3]) -> Instruction {
    Instruction { op, to, operands }
}

/// out = in^2 + 5 by two components that each square, where in^4 is not 25.
fn parts() -> Parts {
    let square = Code {
        temporaries: 0,
        span: 2,
        instructions: vec![instruction(Op::Mul, signal(0), [signal(1), signal(1), 0])],
    };
    let main = Code {
        temporaries: 1,
        span: 6,
        instructions: vec![
            instruction(Op::Copy, signal(3), [signal(1), 0, 0]),
            instruction(Op::Call, 0, [0, 2, 0]),
            instruction(Op::Copy, signal(5), [signal(2), 0, 0]),
            instruction(Op::Call, 0, [0, 4, 0]),
            instruction(Op::Sub, temporary(0), [signal(4), constant(1), 0]),
            instruction(Op::Assert, 0, [temporary(0), 0, 0]),
            instruction(Op::Add, signal(0), [signal(2), constant(0), 0]),
        ],
    };
    Parts {
        signals: 7,
        inputs: vec![Input {
            hash: 0xaf63_dc4c_8601_ec8c,
            first: 2,
            size: 1,
        }],
        wires: vec![0, 1, 2],
        constants: vec![Fr::from(5), Fr::from(25)],
        places: vec![Place {
            template: "Main".to_owned(),
            line: 7,
        }],
        templates: vec![square, main],
    }
}

fn values(answer: Answer) -> Vec<Fr> {
    match answer {
        Answer::Witness(file) => wtns::read(&file).expect("a witness").to_vec(),
        Answer::False(place) => panic!("refused at {place:?}"),
    }
}

fn bytes(value: u8) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes[0] = value;
    bytes
}

#[test]
fn a_graph_calculates_its_wires_and_survives_its_file() {
    let graph = Graph::new(parts()).expect("sound");
    let again = read(&write(&graph)).expect("sound");
    assert_eq!(again.parts(), graph.parts());
    for graph in [graph, again] {
        let answer = graph
            .calculate(&[("a", &bytes(3))])
            .expect("inputs of its own");
        assert_eq!(values(answer), [1u64, 14, 3].map(Fr::from));
    }
}

#[test]
fn an_assertion_that_fails_names_its_place() {
    let mut parts = parts();
    parts.constants[1] = Fr::from(81);
    let graph = Graph::new(parts).expect("sound");
    let answer = graph
        .calculate(&[("a", &bytes(3))])
        .expect("inputs of its own");
    assert!(matches!(answer, Answer::False(place) if place.template == "Main" && place.line == 7));
}

#[test]
fn other_inputs_do_not_belong_to_it() {
    let graph = Graph::new(parts()).expect("sound");
    let wide = [0xff; 32];
    let (one, two) = (bytes(1), [bytes(1), bytes(2)].concat());
    let wrong: [&[(&str, &[u8])]; 5] = [
        &[],
        &[("b", &one)],
        &[("a", &two)],
        &[("a", &wide)],
        &[("a", &one), ("a", &one)],
    ];
    for inputs in wrong {
        assert!(
            matches!(graph.calculate(inputs), Err(Error::ArtifactMismatch(_))),
            "{inputs:?}"
        );
    }
}

#[test]
fn a_place_that_is_not_there_is_malformed() {
    let spoils: [fn(&mut Parts); 17] = [
        |parts| parts.wires[0] = 1,
        |parts| parts.wires[2] = 7,
        |parts| parts.wires.clear(),
        |parts| parts.inputs[0].first = 0,
        |parts| parts.inputs[0].first = 7,
        |parts| parts.inputs[0].size = 6,
        |parts| parts.signals = 6,
        |parts| parts.templates.clear(),
        |parts| parts.templates[0].span = 1,
        |parts| parts.templates[0].span = 3,
        |parts| parts.templates[1].temporaries = 0,
        |parts| parts.templates[1].instructions[1].operands[0] = 1,
        |parts| parts.templates[1].instructions[1].operands[1] = 5,
        |parts| parts.templates[1].instructions[5].operands[1] = 1,
        |parts| parts.templates[1].instructions[6].to = constant(0),
        |parts| parts.templates[1].instructions[6].operands[1] = constant(2),
        |parts| parts.templates[1].instructions[0].operands[0] = 3,
    ];
    for (number, spoil) in spoils.iter().enumerate() {
        let mut parts = parts();
        spoil(&mut parts);
        let refused = Graph::new(parts);
        assert!(
            matches!(refused, Err(Error::ArtifactMalformed { .. })),
            "spoil {number}"
        );
    }
}

#[test]
fn work_that_doubles_with_each_template_is_too_much() {
    let mut parts = parts();
    for number in 1..40 {
        let twice = [instruction(Op::Call, 0, [number, 0, 0]); 2].to_vec();
        parts.templates.push(Code {
            temporaries: 0,
            span: 6,
            instructions: twice,
        });
    }
    assert!(matches!(Graph::new(parts), Err(Error::ResourceLimit(_))));
}

#[test]
fn more_signals_or_temporaries_than_the_limit_are_too_much() {
    let (mut wide, mut deep) = (parts(), parts());
    wide.signals = (1 << 25) + 1;
    deep.templates[1].temporaries = 1 << 25;
    for parts in [wide, deep] {
        assert!(matches!(Graph::new(parts), Err(Error::ResourceLimit(_))));
    }
}

#[test]
fn threads_do_not_see_each_other() {
    let graph = Graph::new(parts()).expect("sound");
    std::thread::scope(|scope| {
        for input in 1..=8u8 {
            let graph = &graph;
            scope.spawn(move || {
                for _ in 0..500 {
                    let answer = graph
                        .calculate(&[("a", &bytes(input))])
                        .expect("inputs of its own");
                    let square = u64::from(input) * u64::from(input);
                    assert_eq!(values(answer), [1, square + 5, input.into()].map(Fr::from));
                }
            });
        }
    });
}
