// Where GitHub's published parser and `rehearse` are known to differ, and who is right. A fact takes
// the errors that it explains; what is left has to agree. The server's own parser, in C#, is
// published with the runner; where it and the parser in TypeScript differ, ours follows the server.

// An error as parse.mjs has it: {line, column, lastLine, lastColumn, message}. `at` knows of the
// file: at.inOn (the error stands under `on`), at.text, at.hasRepository.

export const theirsAlone = [
    { name: "events are loose on the server: an unknown key or type is ignored, which ours notes",
        takes: ({ line }, at) => at.inOn(line) &&
            (at.isRefused || at.notes.some((note) => note.line === line)) },
    { name: "filters, inputs of a dispatch and their types may be empty on the server",
        takes: ({ line, message }, at) => at.inOn(line) &&
            /^Unexpected value ''$|'NullToken'|^Missing 'options'|'options' is defined$/.test(message) },
    { name: "the server takes any text for the types and defaults of events",
        takes: ({ line, message }, at) => at.inOn(line) &&
            /^Unexpected value '|'input default'/.test(message) },
    { name: "the server leaves an env or services that is one expression for run time",
        takes: ({ message }) =>
            /'BasicExpressionToken' encountered while reading '(\w+ env|services)'/.test(message) },
    { name: "it breaks down on a key that is a number or true, which the server makes text of",
        takes: ({ message }) => / is not a function$/.test(message) },
    { name: "a carriage return alone ends a line in libyaml, as in the server's YAML",
        takes: ({ stage }, at) => stage === "yaml" && /\r(?!\n)/.test(at.text) },
    { name: "a consequence: no job is left behind another error",
        takes: ({ message }, at) =>
            at.theirs.length > 1 && /^The workflow must contain at least one job/.test(message) },
];

export const oursAlone = [
    { name: "the server refuses actions without owner, name and version",
        takes: ({ message }) => message.startsWith("Expected format {org}") },
    { name: "the server knows the tags of YAML's core schema only, and holds them to it",
        takes: ({ message }) => /^unknown tag |is not what its tag /.test(message) },
    { name: "libyaml, as the server's YAML, refuses a tab where a line begins",
        takes: ({ message }) => message.startsWith("a tab; YAML") },
    { name: "an alias without its anchor is taken for text",
        takes: ({ message }) => message.startsWith("there is no anchor ") },
    { name: "the server builds a constant matrix while it reads the file",
        takes: ({ message }) => message.startsWith("Matrix ") },
    { name: "the server refuses an `on` without events, and contradicting filters",
        takes: ({ message }) => /^No event triggers|^you may only define one of/.test(message) },
    { name: "patterns of filters are those of the documentation",
        takes: ({ message, line }, at) => at.inOn(line) &&
            /at the end of a set|stands for the character before it|take away from what|a range from/
                .test(message) },
    { name: "a key that is a list or mapping ends the reading on the server",
        takes: ({ message }) => message.startsWith("a key must be text") },
    { name: "ids and keys that are expressions: told beside what is told before them",
        takes: ({ message }, at) => at.theirs.length > 0 &&
            /^The identifier |^Unexpected expression; keys/.test(message) },
    { name: "called files are read and checked, also outside of .github/workflows",
        takes: ({ message, line }, at) => line === 0 || (!at.hasRepository &&
            /^(invalid value workflow reference|error parsing called workflow|Invalid (secret|input)|Input |Secret )/
                .test(message)) },
    { name: "workflow references: '$/' is this repository, and no job calls an image",
        takes: ({ message }) => /called workflow '\$|calls a workflow, not an image/.test(message) },
    { name: "ids of steps differ by more than their case",
        takes: ({ message }) => message.includes("may not be used more than once") },
    { name: "the server refuses images that are empty, and versions of snapshots but 'N.*'",
        takes: ({ message }) => /^Container image cannot be empty|^Expected format '\{major/.test(message) },
];
