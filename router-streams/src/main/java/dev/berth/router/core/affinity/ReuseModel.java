package dev.berth.router.core.affinity;

import dev.berth.schemas.retention.ReuseCurve;

/**
 * Learns when keys come again, so that executors can tell what an idle container is worth.
 *
 * <p>What it learns is a hit density (LHD, Beckmann et al., NSDI 2018): of the idle containers like this one that have come to its
 * age, the uses that followed by the time spent waiting for them, over the horizon at which that is best (Gittins' index: a
 * container whose timer is about to fire is worth keeping a little longer). "Like this one" means a profile of about the
 * same interval, regularity and experience; ages are taken relative to the interval, so that few observations go far.
 *
 * <p>It belongs to the router, which sees all invocations of a key; an executor sees too few to learn as
 * much (0.7 points of warm starts less, on a fleet of 16). Deterministic; one owner.
 */
public final class ReuseModel {
    /** Bins of age to an octave; two or eight gave a tenth of a point less on the Azure trace. */
    private static final int BINS_PER_OCTAVE = 4;

    private static final int BINS = 160;
    private static final int INTERVALS = 16;
    private static final int KINDS = 16;
    /** Weight, in observations, of what a group is taken for before it is known, and of its kind's average. */
    private static final double PRIOR_WEIGHT = 50;
    /** Observations after which the older ones begin to count less. */
    private static final double MEMORY = 20_000;
    /** A curve is made anew when so many intervals have begun since, and this share of all. */
    private static final int STALE_AFTER = 10;

    private static final double STALE_SHARE = 0.02;
    /** Of a key whose interval is not known. */
    private static final double UNKNOWN_SCALE_MS = 60_000;

    /** Intervals that began, and when they ended, in a group of like profiles. */
    private static final class Group {
        private final Group kind;
        private double began;
        private final double[] returned = new double[BINS];
        private float[] curve;
        private int changes;

        Group(Group kind) {
            this.kind = kind;
        }

        void began() {
            began++;
            if (++changes > STALE_AFTER + STALE_SHARE * began) {
                curve = null;
            }
            if (began > MEMORY) {
                began /= 2;
                for (int bin = 0; bin < BINS; bin++) {
                    returned[bin] /= 2;
                }
            }
        }

        void returned(int bin) {
            returned[bin]++;
        }

        float[] curve() {
            if (curve == null) {
                double[] density = learn();
                curve = new float[ReuseCurve.POINTS];
                for (int point = 0; point < ReuseCurve.POINTS; point++) {
                    curve[point] = (float) density[bin(ReuseCurve.age(point) * 1.01)];
                }
                changes = 0;
            }
            return curve;
        }

        private double[] learn() {
            double kindWeight = kind == null ? 0 : PRIOR_WEIGHT / (kind.began + 1);
            double waiting = began + PRIOR_WEIGHT + (kind == null ? 0 : kindWeight * kind.began);
            double prior = PRIOR_WEIGHT;
            double[] hits = new double[BINS];
            double[] time = new double[BINS];
            for (int bin = 0; bin < BINS; bin++) {
                double from = bin == 0 ? 0 : edge(bin);
                double width = edge(bin + 1) - from;
                // Before anything is known, the interval is expected to be about the age, at least the mean.
                double priorHits = prior * (1 - Math.exp(-width / Math.max(1, from + width / 2)));
                prior -= priorHits;
                hits[bin] = returned[bin] + priorHits + (kind == null ? 0 : kindWeight * kind.returned[bin]);
                double left = Math.max(1e-9, waiting - hits[bin]);
                time[bin] = (waiting + left) / 2 * width;
                waiting = left;
            }
            double[] best = new double[BINS];
            for (int bin = 0; bin < BINS; bin++) {
                double hitSum = 0;
                double timeSum = 0;
                for (int until = bin; until < BINS; until++) {
                    hitSum += hits[until];
                    timeSum += time[until];
                    best[bin] = Math.max(best[bin], hitSum / timeSum);
                }
            }
            return best;
        }
    }

    private final Group unknown = new Group(null);
    private final Group[] kinds = new Group[KINDS];
    private final Group[] groups = new Group[KINDS * INTERVALS];

    /** Knows nothing yet. */
    public ReuseModel() {
        for (int kind = 0; kind < KINDS; kind++) {
            kinds[kind] = new Group(null);
            for (int interval = 0; interval < INTERVALS; interval++) {
                groups[kind * INTERVALS + interval] = new Group(kinds[kind]);
            }
        }
    }

    /**
     * An invocation came.
     *
     * @param before the key's profile without it
     * @param sinceMs time since the key's invocation before; NaN if there was none
     */
    public void arrived(KeyProfile before, double sinceMs) {
        KeyProfile now = before;
        if (!Double.isNaN(sinceMs)) {
            Group group = group(before);
            int bin = bin(sinceMs / scaleMs(before));
            group.returned(bin);
            if (group.kind != null) {
                group.kind.returned(bin);
            }
            now = before.after(sinceMs);
        }
        Group group = group(now);
        group.began();
        if (group.kind != null) {
            group.kind.began();
        }
    }

    /** What is known now of a key's next invocation. */
    public ReuseCurve curve(KeyProfile profile) {
        return new ReuseCurve(scaleMs(profile), group(profile).curve());
    }

    private Group group(KeyProfile profile) {
        if (profile.seen() == 0) {
            return unknown;
        }
        int experience = profile.seen() >= 8 ? 3 : profile.seen() >= 3 ? 2 : profile.seen() - 1;
        double spread = profile.deviationMs() / Math.max(1e-3, profile.intervalMs());
        int irregularity = experience < 2 || spread < 0.1 ? 0 : spread < 0.5 ? 1 : spread < 1 ? 2 : 3;
        // Quadrupling from 64 ms, so that the last begins at a year.
        double octaves = Math.log(Math.max(64, profile.intervalMs()) / 64) / Math.log(2);
        return groups[(experience * 4 + irregularity) * INTERVALS + (int) Math.min(INTERVALS - 1, octaves / 2)];
    }

    private static double scaleMs(KeyProfile profile) {
        return profile.seen() == 0 ? UNKNOWN_SCALE_MS : Math.max(1, profile.intervalMs());
    }

    private static int bin(double scales) {
        double octaves = Math.log(Math.max(scales, 1e-12)) / Math.log(2);
        return (int) Math.max(0, Math.min(BINS - 1, BINS / 2 + Math.floor(BINS_PER_OCTAVE * octaves)));
    }

    private static double edge(int bin) {
        return Math.pow(2, (double) (bin - BINS / 2) / BINS_PER_OCTAVE);
    }
}
