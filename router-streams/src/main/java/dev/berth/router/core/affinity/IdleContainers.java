package dev.berth.router.core.affinity;

import java.util.Collection;
import java.util.List;

/** Idle containers of a function that its keys share, wherever they are and whichever key they served. */
public interface IdleContainers {
    /** Where there may be some; instances without any may be among them. */
    Collection<String> instances();

    /** How many an instance has, as far as the router knows. */
    int at(String instanceId);

    /** Those of one instance. */
    default IdleContainers only(String instanceId) {
        IdleContainers all = this;
        return new IdleContainers() {
            @Override
            public Collection<String> instances() {
                return List.of(instanceId);
            }

            @Override
            public int at(String id) {
                return id.equals(instanceId) ? all.at(id) : 0;
            }
        };
    }

    /** Of a function whose keys do not share. */
    IdleContainers NONE = new IdleContainers() {
        @Override
        public Collection<String> instances() {
            return List.of();
        }

        @Override
        public int at(String instanceId) {
            return 0;
        }
    };
}
