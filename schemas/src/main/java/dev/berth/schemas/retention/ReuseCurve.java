package dev.berth.schemas.retention;

/**
 * How likely a key's next invocation is while its container lies idle: the router learns it, each dispatch carries it, and the
 * executor reads it when it must choose what to evict.
 * <p>Ages are told apart relative to a scale, two to the octave.
 */
public final class ReuseCurve {
    /** Ages told apart, from an eighth of the scale to 128 times it. */
    public static final int POINTS = 21;

    private static final int POINTS_PER_OCTAVE = 2;
    private static final int OCTAVES_BELOW = 3;

    private final double scaleMs;
    private final float[] density;

    /**
     * A curve.
     *
     * @param scaleMs the key's mean interval, or what stands for it
     * @param density uses expected for each {@code scaleMs} of waiting, at each point of age. Not copied, since many keys share one:
     *     not to be changed
     */
    public ReuseCurve(double scaleMs, float[] density) {
        if (!(scaleMs > 0) || density.length != POINTS) {
            throw new IllegalArgumentException("A curve has a scale above 0 and " + POINTS + " points, not " + scaleMs
                    + " and " + density.length + ".");
        }
        this.scaleMs = scaleMs;
        this.density = density;
    }

    /** The key's mean interval, or what stands for it. */
    public double scaleMs() {
        return scaleMs;
    }

    /** Uses expected for each {@code scaleMs} of waiting, at a point of age. */
    public float density(int point) {
        return density[point];
    }

    /** Where age begins to belong to a point, in scales. */
    public static double age(int point) {
        return Math.pow(2, (double) point / POINTS_PER_OCTAVE - OCTAVES_BELOW);
    }

    /** Uses expected for each millisecond of waiting, when it has not been used for so long. */
    public double perMs(double idleMs) {
        double octaves = Math.log(Math.max(idleMs, 1e-3) / scaleMs) / Math.log(2);
        double point = POINTS_PER_OCTAVE * (octaves + OCTAVES_BELOW);
        if (point >= POINTS) {
            // Beyond what is told apart: the longer it was not needed, the longer it will not be.
            return density[POINTS - 1] * age(POINTS) / idleMs;
        }
        return density[Math.max(0, (int) Math.floor(point))] / scaleMs;
    }
}
