/* The events that start workflows: filters and activity types of each. Source: the strict trigger
 * schema of GitHub's workflow-v1.0.json.
 *
 * EVENT("name", filters, "activity types") */
#ifndef EVENT
#error "define EVENT before including this"
#endif

EVENT("branch_protection_rule", TYPES, "created edited deleted")
EVENT("check_run", TYPES, "completed created rerequested requested_action")
EVENT("check_suite", TYPES, "completed")
EVENT("create", 0, "")
EVENT("delete", 0, "")
EVENT("deployment", 0, "")
EVENT("deployment_status", 0, "")
EVENT("discussion", TYPES,
      "created edited deleted transferred pinned unpinned labeled unlabeled locked unlocked "
      "category_changed answered unanswered")
EVENT("discussion_comment", TYPES, "created edited deleted")
EVENT("fork", 0, "")
EVENT("gollum", 0, "")
EVENT("image_version", TYPES | NAMES, "created ready deleted")
EVENT("issue_comment", TYPES, "created edited deleted")
EVENT("issues", TYPES,
      "opened edited deleted transferred pinned unpinned closed reopened assigned unassigned "
      "labeled unlabeled locked unlocked milestoned demilestoned typed untyped")
EVENT("label", TYPES, "created edited deleted")
EVENT("merge_group", TYPES | BRANCHES, "checks_requested")
EVENT("milestone", TYPES, "created closed opened edited deleted")
EVENT("page_build", 0, "")
EVENT("project", TYPES, "created closed reopened edited deleted")
EVENT("project_card", TYPES, "created moved converted edited deleted")
EVENT("project_column", TYPES, "created updated moved deleted")
EVENT("public", 0, "")
EVENT("pull_request", TYPES | BRANCHES | PATHS,
      "assigned unassigned labeled unlabeled opened edited closed reopened synchronize "
      "converted_to_draft locked unlocked enqueued dequeued milestoned demilestoned "
      "ready_for_review review_requested review_request_removed auto_merge_enabled "
      "auto_merge_disabled")
EVENT("pull_request_comment", TYPES, "created edited deleted")
EVENT("pull_request_review", TYPES, "submitted edited dismissed")
EVENT("pull_request_review_comment", TYPES, "created edited deleted")
EVENT("pull_request_target", TYPES | BRANCHES | PATHS,
      "assigned unassigned labeled unlabeled opened edited closed reopened synchronize "
      "converted_to_draft locked unlocked enqueued dequeued milestoned demilestoned "
      "ready_for_review review_requested review_request_removed auto_merge_enabled "
      "auto_merge_disabled")
EVENT("push", BRANCHES | TAGS | PATHS, "")
EVENT("registry_package", TYPES, "published updated")
EVENT("release", TYPES, "published unpublished created edited deleted prereleased released")
EVENT("repository_dispatch", TYPES | ANY_TYPE, "")
EVENT("schedule", 0, "")
EVENT("status", 0, "")
EVENT("watch", TYPES, "started")
EVENT("workflow_call", 0, "")
EVENT("workflow_dispatch", 0, "")
EVENT("workflow_run", TYPES | BRANCHES | WORKFLOWS, "requested completed in_progress")
/* Known to the server alone. */
EVENT("dynamic", ANY_TYPE | TYPES, "")
EVENT("interactive_component", ANY_TYPE | TYPES, "")
EVENT("member", ANY_TYPE | TYPES, "")
#undef EVENT
