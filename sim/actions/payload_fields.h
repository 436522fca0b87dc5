/* What payloads of webhook events have in them, as far as conditions and scripts use it. Source:
 * GitHub's "Webhook events and payloads".
 *
 * Fields stand between blanks; `name{...}` is an object of those fields, `name@part` one of the
 * fields of that part. */

/* PART("name", "fields") */
#ifdef PART
PART("user", "login id node_id type html_url url avatar_url site_admin")
PART("repository",
     "id node_id name full_name owner@user private html_url description fork url created_at "
     "updated_at pushed_at homepage size stargazers_count watchers_count language forks_count "
     "archived disabled open_issues_count license topics visibility default_branch clone_url "
     "ssh_url git_url custom_properties")
PART("commit", "id tree_id distinct message timestamp url author{name email username date} "
               "committer{name email username date}")
PART("label", "id node_id url name color default description")
PART("milestone", "id number title description state due_on html_url url creator@user open_issues "
                  "closed_issues created_at updated_at closed_at")
PART("pull_request",
     "id node_id number url html_url diff_url patch_url issue_url state locked title user@user "
     "body created_at updated_at closed_at merged_at merge_commit_sha assignee assignees "
     "requested_reviewers requested_teams labels milestone draft head{label ref sha user@user "
     "repo@repository} base{label ref sha user@user repo@repository} author_association "
     "auto_merge active_lock_reason merged mergeable rebaseable mergeable_state merged_by comments "
     "review_comments maintainer_can_modify commits additions deletions changed_files")
PART("issue", "id node_id number url html_url state state_reason title body user@user labels "
              "assignee assignees milestone comments locked active_lock_reason author_association "
              "created_at updated_at closed_at type")
PART("comment", "id node_id url html_url body user@user created_at updated_at author_association "
                "path line side position commit_id diff_hunk in_reply_to_id")
PART("release",
     "id node_id url html_url upload_url assets_url tarball_url zipball_url tag_name "
     "target_commitish name body draft prerelease immutable created_at published_at author@user "
     "assets")
PART("discussion",
     "id node_id number title body state user@user category{id name slug emoji "
     "is_answerable} labels comments locked html_url answer_html_url answer_chosen_at "
     "answer_chosen_by created_at updated_at author_association")
PART("workflow_run",
     "id node_id name path display_title head_branch head_sha run_number run_attempt event status "
     "conclusion workflow_id check_suite_id url html_url pull_requests created_at updated_at "
     "run_started_at actor@user triggering_actor@user jobs_url logs_url artifacts_url "
     "head_commit@commit repository@repository head_repository@repository")
PART("check_suite", "id node_id head_branch head_sha status conclusion url before after "
                    "pull_requests app{id slug name} head_commit@commit")
PART("deployment", "id node_id url sha ref task payload environment original_environment "
                   "description creator@user created_at updated_at transient_environment "
                   "production_environment")
#endif

/* FIELDS("event", "fields"): beside repository and sender. */
#ifdef FIELDS
FIELDS("branch_protection_rule", "action rule changes")
FIELDS("check_run",
       "action check_run{id name head_sha status conclusion url html_url details_url external_id "
       "output{title summary text} check_suite@check_suite app{id slug name} pull_requests} "
       "requested_action")
FIELDS("check_suite", "action check_suite@check_suite")
FIELDS("create", "ref ref_type master_branch description pusher_type")
FIELDS("delete", "ref ref_type pusher_type")
FIELDS("deployment", "action deployment@deployment workflow workflow_run")
FIELDS(
    "deployment_status",
    "action deployment@deployment deployment_status{id state description environment target_url "
    "log_url environment_url creator@user created_at updated_at} check_run workflow workflow_run")
FIELDS("discussion", "action discussion@discussion")
FIELDS("discussion_comment", "action discussion@discussion comment@comment")
FIELDS("fork", "forkee@repository")
FIELDS("gollum", "pages")
FIELDS("image_version", "action image_version")
FIELDS("issue_comment", "action issue@issue comment@comment")
FIELDS("issues", "action issue@issue")
FIELDS("label", "action label@label")
FIELDS("merge_group", "action merge_group{head_sha head_ref base_sha base_ref head_commit@commit}")
FIELDS("milestone", "action milestone@milestone")
FIELDS("page_build", "id build{status error pusher@user commit duration}")
FIELDS("project", "action project")
FIELDS("project_card", "action project_card")
FIELDS("project_column", "action project_column")
FIELDS("public", "")
FIELDS("pull_request", "action number pull_request@pull_request")
FIELDS("pull_request_comment", "action issue@issue comment@comment")
FIELDS("pull_request_review",
       "action pull_request@pull_request review{id node_id state body user@user html_url commit_id "
       "submitted_at author_association}")
FIELDS("pull_request_review_comment", "action pull_request@pull_request comment@comment")
FIELDS("pull_request_target", "action number pull_request@pull_request")
FIELDS("push", "ref before after created deleted forced base_ref compare commits "
               "head_commit@commit pusher{name email}")
FIELDS("registry_package", "action registry_package")
FIELDS("release", "action release@release")
FIELDS("repository_dispatch", "action branch client_payload")
FIELDS("schedule", "schedule")
FIELDS("status", "id sha name state description target_url context branches commit")
FIELDS("watch", "action")
FIELDS("workflow_dispatch", "inputs ref workflow")
FIELDS("workflow_run", "action workflow_run@workflow_run workflow{id name path state}")
#endif

/* WITH("action", "fields"): what activity types add. */
#ifdef WITH
WITH("labeled", "label@label")
WITH("unlabeled", "label@label")
WITH("assigned", "assignee@user")
WITH("unassigned", "assignee@user")
WITH("milestoned", "milestone@milestone")
WITH("demilestoned", "milestone@milestone")
WITH("review_requested", "requested_reviewer requested_team")
WITH("review_request_removed", "requested_reviewer requested_team")
WITH("synchronize", "before after")
WITH("edited", "changes")
WITH("answered", "answer")
WITH("transferred", "changes")
WITH("typed", "type")
WITH("untyped", "type")
WITH("dequeued", "reason")
#endif
