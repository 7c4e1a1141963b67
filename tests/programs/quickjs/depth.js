// Recursions of every kind, each of which ends in an error that the script catches.
var depth = 0;
function f(n) { depth = n; return f(n + 1) + 1; }
function attempt(name, g) {
    try { g(); print(name, "no error"); }
    catch (e) { print(name, e instanceof Error, e.name, e.message); }
}
var open = "[".repeat(1e6);
attempt("function", () => f(0));
attempt("method", () => { var o = { get x() { return this.x; } }; o.x; });
attempt("proto get", () => { var p = new Proxy({}, { get(t, k, r) { return r[k]; } }); p.a; });
attempt("sort", () => { function s() { [2, 1].sort(s); return 0; } s(); });
attempt("replace", () => { function s() { return "a".replace(/a/, s); } s(); });
attempt("toString", () => { var o = { toString() { return "" + o; } }; "" + o; });
attempt("JSON.parse", () => JSON.parse(open));
attempt("JSON.parse whole", () => JSON.parse(open + "]".repeat(1e6)));
attempt("JSON.parse objects", () => JSON.parse('{"a":'.repeat(1e6)));
attempt("toString of arrays", () => { var a = []; for (var i = 0; i < 1e6; i++) a = [a]; "" + a; });
attempt("flat", () => { var a = []; for (var i = 0; i < 1e6; i++) a = [a]; a.flat(Infinity); });
attempt("eval brackets", () => eval(open));
attempt("eval parentheses", () => eval("(".repeat(1e6)));
attempt("eval braces", () => eval("{".repeat(1e6)));
attempt("eval unary", () => eval("!".repeat(1e6) + "1"));
attempt("eval minus", () => eval("- ".repeat(1e6) + "1"));
attempt("eval arrows", () => eval("a=>".repeat(1e5) + "1"));
attempt("eval conditional", () => eval("1?".repeat(1e5) + "1"));
attempt("eval assignment", () => eval("a=".repeat(1e5) + "1"));
attempt("eval destructuring", () => eval("var " + open));
attempt("eval if", () => eval("if(1)".repeat(1e6)));
attempt("eval template", () => eval("`${".repeat(1e5)));
attempt("eval sum", () => eval("1" + "+1".repeat(1e5)));
attempt("eval power", () => eval("1" + "**1".repeat(1e5)));
attempt("regexp groups", () => new RegExp("(".repeat(1e6)));
attempt("regexp whole", () => new RegExp("(?:".repeat(1e6) + ")".repeat(1e6)));
attempt("regexp lookahead", () => new RegExp("(?=".repeat(1e6)));
attempt("regexp class", () => new RegExp("[".repeat(1e6), "v"));
attempt("apply", () => { function a() { return a.apply(null, arguments); } a(1); });
attempt("constructor", () => { class A { constructor() { new A; } } new A; });
attempt("generator", () => { function* g() { yield* g(); } g().next(); });
attempt("spread", () => f.apply(null, new Array(60000).fill(1)));
attempt("freed", () => { var a = []; for (var i = 0; i < 1e6; i++) a = [a]; a = null; });
attempt("eval itself", () => { globalThis.s = "eval(s)"; eval(s); });
print("still works", [3, 1, 2].sort().join(), JSON.stringify({ a: [1, { b: 2 }] }), depth > 1000);
