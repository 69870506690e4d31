package dev.berth.sim.faults;

/** What must hold whatever strikes. */
enum Promise {
    NOTHING_IS_LOST("every accepted invocation ends"),
    ONE_OUTCOME("an invocation has one outcome"),
    OUTCOMES_ARE_TRUE("an outcome tells of an attempt that ended so, or of a refusal"),
    THE_DEAD_GET_NOTHING("nothing is dispatched to an instance that this router knows to be gone"),
    AN_ATTEMPT_STARTS_ONCE("an attempt starts at most once in an incarnation of an instance"),
    EXCLUSIVE_IS_EXCLUSIVE("a container of an exclusive function serves one routing value"),
    CONTAINERS_ARE_OF_ONE_REVISION(
            "a container runs one revision of one tenant's function, as many invocations at a time as that says"),
    THE_PAUSED_REST("a container is paused when it is idle, and handed nothing until it is unpaused"),
    NOTHING_RUNS_EARLY("nothing runs before its time"),
    THE_CANCELLED_DO_NOT_RUN("what was cancelled before it was dispatched does not run"),
    LIMITS_HOLD("no more of a limited function is in flight than its limit"),
    ORDER_HOLDS("invocations of an ordered key start in the order in which they came"),
    ORDERED_DO_NOT_OVERLAP("invocations of an ordered key run one at a time"),
    POOLS_KEEP_WITHIN("a pool keeps within its memory and slots"),
    PINS_LIVE("the pin of a key that has been placed names an epoch that lives"),
    EPOCHS_ARE_GIVEN_ONCE("the fleet gives an epoch once"),
    NAMES_ARE_KEPT("the fleet does not give the name of a living executor to one that is gone"),
    REST_COMES("everything comes to rest once nothing strikes any more"),
    NOTHING_BREAKS("no core throws");

    private final String words;

    Promise(String words) {
        this.words = words;
    }

    String words() {
        return words;
    }
}
