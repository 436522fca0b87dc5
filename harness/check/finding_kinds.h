/* The kinds of findings: KIND(NAME, "rule id", LEVEL, "title", "what it means").
 *
 * Ordered by harm. Ids are stable: SARIF, JSON and people's filters name them. The level is that of
 * a usual finding of the kind; one may be less. Included several times; no include guard.
 */
KIND(TAINTED_EFFECT, "tainted-effect", ERROR, "What is published may be wrong",
     "A command or step fails, the run goes on, and something is published that was made from what "
     "the failure left behind.")
KIND(PUBLISHED_AFTER_FAILURE, "published-after-failure", ERROR,
     "Published although something failed",
     "What should stop a publication (a build, a test) fails, and the publication happens all the "
     "same.")
KIND(HALF_PUBLISHED, "half-published", WARNING, "Half of a publication",
     "A failure leaves some of what belongs together published, and some not.")
KIND(SWALLOWED_FAILURE, "swallowed-failure", WARNING, "A failure that nobody sees",
     "A command or step fails, and the run succeeds without saying so.")
KIND(WAITS_FOREVER, "waits-forever", ERROR, "A wait without end",
     "Something never answers, and the run waits for it for ever.")
KIND(TIMEOUT_TOO_SHORT, "timeout-too-short", ERROR, "A timeout shorter than the work",
     "An activity is timed out although nothing is wrong with it.")
KIND(OPTIONAL_STEP_BLOCKS, "optional-step-blocks", WARNING, "A step of less weight stops others",
     "A step that only tells of a publication fails, and what comes behind it is not published.")
KIND(OPTIONAL_STEP_FAILS_RUN, "optional-step-fails-run", WARNING,
     "A step of less weight makes the run fail",
     "Everything has been published; what only tells of it fails, and with it the run.")
KIND(REPEATED_EFFECT, "repeated-effect", WARNING, "A retry or re-run repeats an effect",
     "After a failure something is tried again that has had its effect already.")
KIND(LONG_HANG, "long-hang", WARNING, "A hang that is ended late",
     "Something never answers, and nothing ends it before the limit of the runner.")
KIND(RETRY_NEVER_FIRES, "retry-never-fires", WARNING, "A retry that never happens",
     "There is a retry policy, and no failure that was tried made it try again.")
KIND(UNREACHED, "unreached", WARNING, "Never reached",
     "A job or step that nothing that starts the workflow reaches.")
KIND(SECRET_LEAVES_JOB, "secret-leaves-job", WARNING, "A secret that leaves its job",
     "A secret is part of an output that other jobs ask for, which GitHub then drops.")
KIND(HANGS_ON_UNKNOWN, "hangs-on-unknown", NOTE, "What happens hangs on a setting",
     "A condition asks something that the file does not say (a variable, a secret, an output), and "
     "what is published hangs on it.")
KIND(FAILS_WITHOUT_FAULT, "fails-without-fault", NOTE, "Fails although nothing went wrong",
     "The run fails without any fault, so that less can be found out about it.")
