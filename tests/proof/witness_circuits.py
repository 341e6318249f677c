"""Small circuits for witness graphs: every operation of circom, every shape of a template, what a graph cannot say."""

OPERATORS = (
    "a + b", "a - b", "a * b", "a / b", "a ** b", "a & b", "a | b", "a ^ b", "a << b", "a >> b", "a < b", "a <= b",
    "a > b", "a >= b", "a == b", "a != b", "a && b", "a || b", "~a", "!a", "-a", "a ? b : a + 1", "(a >> 3) & 1",
    "1 & a", "a << 1", "(a > b) * a", "(a - b) * ((a - b) - 1)", "a / b * b", "(a == b) == 1",
    "((a & b) | 5) ^ (a >> 2)", "a ** 5", "2 ** (b & 7)", "a >> 254", "a << 253", "a >> (0 - 2)", "a & -1", "a < 0",
    "0 - 1 < b", "!(!a)", "(a > 3) && (b > 3)", "(a > 3) || 0",
)  # fmt: skip
"""Of two inputs; those by zero are apart, since they stop circom's generators."""

BY_ZERO = ("a \\ b", "a % b")


def of_operators(operators: tuple[str, ...]) -> str:
    """A circuit with an output for each."""
    lines = "".join(f"    out[{place}] <-- {text};\n" for place, text in enumerate(operators))
    return f"""pragma circom 2.2.3;
template Operators() {{
    signal input a;
    signal input b;
    signal output out[{len(operators)}];
{lines}}}
component main = Operators();
"""


SHAPES = """pragma circom 2.2.3;

bus Point(n) { signal x; signal y[n]; }
bus Line() { Point(2) a; Point(2) b[2]; }

function larger(a, b) {
    if (a > b) { return a; }
    return b;
}
function nested(a, b) {
    var kept[3] = [1, 2, 3];
    if (a > 10) {
        kept[0] = a;
        if (b > 10) {
            kept[1] = larger(a, b);
            if (a == b) { return kept; }
        } else {
            kept[2] = b;
        }
    } else if (b > 5) {
        return [a, b, a + b];
    }
    kept[0] += 7;
    return kept;
}
function digits(n) {
    var found = 0;
    for (var i = 0; i < 8; i++) {
        assert(n < 1000);
        if (n > 0) { found++; n = n \\ 10; }
    }
    return found;
}
function product(n) { return n == 0 ? 1 : n * product(n - 1); }

template Scaled(n) {
    signal input in[n];
    signal input by;
    signal output out[n];
    for (var i = 0; i < n; i++) { out[i] <== in[i] * by; }
}
template IsZero() {
    signal input in;
    signal output {binary} out;
    signal inverse <-- in != 0 ? 1 / in : 0;
    out <== 1 - in * inverse;
    in * out === 0;
}
template Buses() {
    input Line() line;
    output Point(2) p;
    p.x <== line.a.x * line.b[1].y[0];
    p.y[0] <== line.b[0].x + 1;
    p.y[1] <== line.a.y[1];
}
template parallel Squared() { signal input in; signal output out <== in * in; }
template Fixed() { signal output out <== 42; }

template Shapes(n) {
    signal input x;
    signal input y[2][3];
    input Line() line;
    signal output total;
    signal output kept[3];
    output Point(2) point;

    component scaled[2];
    scaled[0] = Scaled(2);
    scaled[1] = Scaled(3);
    for (var i = 0; i < 2; i++) {
        for (var j = 0; j < 2 + i; j++) { scaled[i].in[j] <== y[i][j]; }
        scaled[i].by <== x;
    }
    component buses = Buses();
    buses.line <== line;
    point <== buses.p;
    component squared[n];
    for (var i = 0; i < n; i++) {
        squared[i] = Squared();
        squared[i].in <== x + i;
    }
    component isZero = IsZero();
    isZero.in <== x;
    component fixed = Fixed();
    kept <-- nested(x, y[0][0]);
    log("shapes", x);

    var chosen = product(4);
    var table[2][2] = [[1, 2], [3, 4]];
    if (x > 3) {
        chosen = table[1][0];
        assert(y[1][1] != 3);
    } else {
        chosen += 2;
        if (x == 2) { table[0][1] = y[0][1]; chosen = 3; }
    }
    signal choice <-- chosen + table[0][1];
    signal many <-- digits(y[1][2]);
    y === [[y[0][0], y[0][1], y[0][2]], [y[1][0], y[1][1], y[1][2]]];
    signal row[3] <== scaled[1].out;
    assert(x != 17);
    total <== row[0] + squared[0].out + squared[n - 1].out + choice * isZero.out + many + fixed.out;
}
component main {public [x]} = Shapes(3);
"""

UNSUPPORTED = {
    "a loop whose end depends on a signal": "var n = a; while (n > 0) { n = n >> 1; } out <-- n;",
    "an index that depends on a signal": "var t[3] = [4, 5, 6]; out <-- t[a];",
}
"""What a graph cannot say, by what its refusal says."""


def with_body(body: str) -> str:
    """A circuit of one input, with `body` on its line 5."""
    return f"""pragma circom 2.2.3;
template Strange() {{
    signal input a;
    signal output out;
    {body}
}}
component main = Strange();
"""
