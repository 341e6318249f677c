pragma circom 2.2.3;

// Bits of an integer: 0 for 0.
function WIDTH(integer) {
    var width = 0;
    while (integer >> width > 0) {
        width++;
    }
    return width;
}
