/* The options that describe an event, in the tables of several verbs: X(name, value, kind, field,
 * what).
 * --event and --input mean something else in each verb, and are its own. */
X("--ref", "REF", CLI_TEXT, ref,
  "refs/heads/main, refs/tags/v1, or short: what looks like a version is a tag; of a pull request "
  "its head branch, or refs/pull/7/merge; of workflow_run the branch of the run before")
X("--base-ref", "BRANCH", CLI_TEXT, base_ref,
  "where a pull request or merge group goes to; the default branch if not given")
X("--changed", "PATH,PATH", CLI_LIST, changed,
  "the files that were changed, from the root of the repository; may be given several times; "
  "--changed= means none. If not given, path filters are not evaluated, and the output says so")
X("--commits", "N", CLI_NUMBER, commits,
  "how many commits were pushed; beyond 1000 paths are not compared")
X("--action", "TYPE", CLI_TEXT, action,
  "the activity type: opened, published, completed ...; a usual one if not given")
X("--actor", "LOGIN", CLI_TEXT, actor, "who did it; octocat if not given")
X("--repo", "OWNER/NAME", CLI_TEXT, repository,
  "the repository, or a fork or mirror of it; if not given, conditions on it stay open")
X("--payload", "FILE", CLI_TEXT, payload,
  "JSON: what the event has (github.event), laid over what is made up; - reads standard input")
X("--default-branch", "BRANCH", CLI_TEXT, default_branch, "main if not given")
X("--sha", "SHA", CLI_TEXT, sha, "the commit; made up if not given")
X("--schedule", "CRON", CLI_TEXT, schedule, "which entry of schedule; its first otherwise")
X("--after", "WORKFLOW", CLI_TEXT, after, "the name of the workflow that ran before (workflow_run)")
X("--fork", NULL, CLI_FLAG, fork, "the pull request comes from a fork")
X("--new", NULL, CLI_FLAG, new_ref, "the push makes the branch or tag")
X("--deleted", NULL, CLI_FLAG, deleted, "the push deletes the branch or tag")
X("--merged", NULL, CLI_FLAG, merged, "the pull request was merged")
X("--by-token", NULL, CLI_FLAG, by_token, "another run caused the event with its GITHUB_TOKEN")
