// What GitHub's published parser (@actions/workflow-parser) says of a workflow file.
import { readFileSync } from "node:fs";
import { register } from "node:module";
import { join, resolve } from "node:path";

// The package imports JSON without saying that it is JSON, which Node since 20 refuses.
register(`data:text/javascript,${encodeURIComponent(`
    export const load = (url, context, next) => next(url, url.endsWith(".json")
        ? { ...context, importAttributes: { type: "json" } } : context);`)}`);
const { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } =
    await import("@actions/workflow-parser");
const { TemplateContext, TemplateValidationErrors } =
    await import("@actions/workflow-parser/templates/template-context");
const { getWorkflowSchema } = await import("@actions/workflow-parser/workflows/workflow-schema");
const { FeatureFlags } = await import("@actions/expressions/features");

const featureFlags = new FeatureFlags({ all: true });

// The folder that holds .github around a file; undefined outside of one.
export function repositoryOf(file) {
    const end = resolve(file).lastIndexOf("/.github/workflows/");
    return end < 0 ? undefined : resolve(file).slice(0, end);
}

// Reads called workflows from the repository. Remote ones are not there, and not missed: `absent`
// gets, for each that could not be read, whether it is remote.
function callsOf(root, absent) {
    return {
        async getFileContent({ path, repository }) {
            try {
                if (repository !== undefined) throw new Error("remote");
                return { name: path, content: readFileSync(join(root, path), "utf8") };
            } catch (thrown) {
                absent.push(repository !== undefined);
                throw thrown;
            }
        },
    };
}

// The errors of a file, in their order: {line, column, lastLine, lastColumn, message}; line 0 says
// that the parser names no place in it. `stage` is where they stand: "yaml", "workflow", or "thrown" when
// the parser itself broke down.
export async function errorsOf(file, content = readFileSync(file, "utf8")) {
    const context = new TemplateContext(
        new TemplateValidationErrors(), getWorkflowSchema(), new NoOperationTraceWriter());
    context.state.featureFlags = featureFlags;
    const absent = [];
    let stage = "workflow";
    try {
        const { value } = parseWorkflow({ name: file, content }, context);
        const root = repositoryOf(file);
        if (!value) stage = "yaml";
        else {
            await convertWorkflowTemplate(context, value, root && callsOf(root, absent), {
                errorPolicy: 1, fetchReusableWorkflowDepth: root ? 4 : 0, featureFlags,
            });
        }
    } catch (thrown) {
        stage = "thrown";
        context.error(undefined, thrown);
    }
    const errors = context.errors.getErrors()
        .filter(({ rawMessage }) =>
            rawMessage !== "Unable to find reusable workflow" || !absent.shift())
        .map(({ rawMessage, range, prefix }) => ({ // errors of called files are among them
            rawMessage, range: prefix?.startsWith(file) === false ? undefined : range }))
        .map(({ rawMessage, range }) => ({
            line: range?.start.line ?? 0,
            column: range?.start.column ?? 0,
            lastLine: range?.end.line ?? 0,
            lastColumn: range?.end.column ?? 0,
            message: rawMessage,
        }));
    return { stage, errors };
}
