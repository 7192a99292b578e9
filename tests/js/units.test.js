import assert from "node:assert/strict";
import { test } from "node:test";
import {
  clock,
  count,
  duration,
  number,
  percent,
  plainDuration,
  quantity,
  rate,
  setLocale,
  speed,
} from "../../static/js/units.js";

const words = (/** @type {string} */ text) => text.replaceAll("\u00a0", " ");
setLocale("en");

test("measured values have three significant figures", () => {
  assert.equal(number(598.26), "598");
  assert.equal(number(14.04), "14.0");
  assert.equal(number(0.012345), "0.0123");
  assert.equal(number(999.6), "1,000");
  assert.equal(number(12345.6), "12,346");
  assert.equal(number(0), "0");
});

test("no data is a dash, never 0", () => {
  for (const format of [number, count, duration, plainDuration, rate, percent, clock, speed]) {
    assert.equal(format(null), "–");
    assert.equal(format(undefined), "–");
    assert.equal(format(NaN), "–");
  }
});

test("times carry the unit they are best read in", () => {
  assert.equal(words(duration(0.031)), "31.0 ms");
  assert.equal(words(duration(0.00045)), "450 µs");
  assert.equal(words(duration(1.2)), "1.20 s");
  assert.equal(words(duration(2.5e-8)), "25.0 ns");
  assert.equal(words(duration(0)), "0 ms");
  assert.equal(words(duration(0.9999)), "1.00 s");
});

test("what someone set keeps its digits and gains none", () => {
  assert.equal(words(plainDuration(0.009)), "9 ms");
  assert.equal(words(plainDuration(1.5e-6)), "1.5 µs");
  assert.equal(words(quantity(0.2, "ratio")), "20 %");
  assert.equal(quantity(600, "/s"), "600/s");
  assert.equal(quantity(8, "count"), "8");
  assert.equal(quantity(3, "factor"), "3×");
  assert.equal(quantity("drop_oldest", ""), "drop oldest");
  assert.equal(quantity(9007199254740991, ""), "9,007,199,254,740,991");
});

test("rates", () => {
  assert.equal(rate(598), "598/s");
  assert.equal(rate(7200), "7,200/s");
  assert.equal(words(rate(12345)), "12.3 k/s");
  assert.equal(words(rate(1.2e6)), "1.20 M/s");
  assert.equal(rate(0), "0/s");
});

test("percent", () => {
  assert.equal(words(percent(0.754)), "75 %");
  assert.equal(words(percent(0.004)), "0.4 %");
  assert.equal(words(percent(0)), "0 %");
  assert.equal(words(percent(1)), "100 %");
});

test("simulated time never shows a tenth that has not passed", () => {
  assert.equal(clock(133.47), "02:13.4");
  assert.equal(clock(0.3), "00:00.3");
  assert.equal(clock(59.999), "00:59.9");
  assert.equal(clock(3725.05), "1:02:05.0");
  assert.equal(clock(0.01234, 4), "00:00.0123");
});

test("the reader's separators", () => {
  setLocale("de");
  assert.equal(count(12345), "12.345");
  assert.equal(words(duration(0.0314)), "31,4 ms");
  setLocale("en");
});

test("speed", () => {
  assert.equal(speed(1), "1×");
  assert.equal(speed(0.98123), "0.981×");
  assert.equal(speed("max"), "max");
});
