import js from "@eslint/js";
import globals from "globals";

export default [
  { ignores: ["static/vendor/**"] },
  js.configs.recommended,
  {
    files: ["static/js/**/*.js"],
    languageOptions: { ecmaVersion: 2023, sourceType: "module", globals: globals.browser },
    rules: {
      eqeqeq: "error",
      "no-var": "error",
      "prefer-const": "error",
      "no-console": ["error", { allow: ["error", "warn"] }],
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "max-lines": ["error", 350],
      "max-len": [
        "error",
        { code: 140, ignoreUrls: true, ignoreComments: true, ignoreStrings: true, ignoreTemplateLiterals: true },
      ],
    },
  },
  { files: ["static/js/theme-boot.js"], languageOptions: { sourceType: "script" }, rules: { "no-var": "off" } },
  { files: ["tests/js/**/*.js"], languageOptions: { ecmaVersion: 2023, sourceType: "module", globals: globals.node } },
];
