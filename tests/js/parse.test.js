import assert from "node:assert/strict";
import { test } from "node:test";
import { parseQuantity } from "../../static/js/parse.js";
import { quantity, setLocale } from "../../static/js/units.js";

test("a unit is understood, a bare number is meant in the unit on screen", () => {
  assert.equal(parseQuantity("9 ms", "s", 1, "en"), 0.009);
  assert.equal(parseQuantity("20us", "s", 1, "en"), 0.00002);
  assert.equal(parseQuantity("20 µs", "s", 1, "en"), 0.00002);
  assert.equal(parseQuantity("12", "s", 0.001, "en"), 0.012);
  assert.equal(parseQuantity("1.5k", "/s", 1, "en"), 1500);
  assert.equal(parseQuantity("600/s", "/s", 1, "en"), 600);
  assert.equal(parseQuantity("20 %", "ratio", 0.01, "en"), 0.2);
  assert.equal(parseQuantity("20", "ratio", 0.01, "en"), 0.2);
  assert.equal(parseQuantity("-4", "count", 1, "en"), -4);
  assert.equal(parseQuantity("1e-6", "s", 1, "en"), 0.000001);
});

test("separators of thousands and decimals", () => {
  assert.equal(parseQuantity("1,000", "count", 1, "en"), 1000);
  assert.equal(parseQuantity("12,345.5", "/s", 1, "en"), 12345.5);
  assert.equal(parseQuantity("1,5 ms", "s", 1, "en"), 0.0015);
  assert.equal(parseQuantity("1.000", "count", 1, "de"), 1000);
  assert.equal(parseQuantity("1.000,5", "/s", 1, "de"), 1000.5);
  assert.equal(parseQuantity("1,5 ms", "s", 1, "de"), 0.0015);
  assert.equal(parseQuantity("1.5 ms", "s", 1, "de"), 0.0015);
  assert.equal(parseQuantity("10\u202f000", "count", 1, "fr"), 10000);
});

test("what cannot be read is null", () => {
  for (const text of ["", "abc", "5 apples", "ms", "--3", "1.2.3"])
    assert.equal(parseQuantity(text, "s", 1, "en"), null, text);
});

test("what the field shows can be typed back, in every language", () => {
  for (const locale of ["en", "de", "fr", "ko"]) {
    setLocale(locale);
    for (const [value, unit] of /** @type {[number, string][]} */ ([
      [0.009, "s"],
      [1.5e-6, "s"],
      [600, "/s"],
      [12500, "/s"],
      [0.25, "ratio"],
      [65536, "count"],
      [2.5, "factor"],
      [1234567, "count"],
    ])) {
      assert.equal(parseQuantity(quantity(value, unit), unit, 1, locale), value, `${locale}: ${quantity(value, unit)}`);
    }
  }
  setLocale("en");
});
