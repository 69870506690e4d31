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

    /** Encoded densities lie on a scale of powers of two, in eighths: 4.4 % apart from the truth at most, which decides nothing. */
    private static final int STEPS_PER_OCTAVE = 8;
    /** The step that stands for a density of 1; 0 stands for none. */
    private static final int STEP_OF_ONE = 128;

    private static final float[] DENSITY_OF_STEP = densities();
    private static final double UNKNOWN_INTERVAL_MS = 300_000;
    private static final ReuseCurve UNKNOWN = of(UNKNOWN_INTERVAL_MS);

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

    /** Of a key of which nothing is known: it is taken to come each five minutes, and ever less once it has not. */
    public static ReuseCurve unknown() {
        return UNKNOWN;
    }

    /**
     * A curve that was {@linkplain #encode() encoded}.
     *
     * @throws IllegalArgumentException if the scale is not above 0, or the bytes are not as many as a curve has points
     */
    public static ReuseCurve decode(double scaleMs, byte[] encoded) {
        float[] density = new float[encoded.length];
        for (int point = 0; point < encoded.length; point++) {
            density[point] = DENSITY_OF_STEP[encoded[point] & 0xff];
        }
        return new ReuseCurve(scaleMs, density);
    }

    /**
     * The densities in a byte a point, from 2<sup>-16</sup> to 2<sup>16</sup>, as a dispatch carries them beside the scale; what
     * lies outside is taken for the nearest.
     */
    public byte[] encode() {
        byte[] encoded = new byte[POINTS];
        for (int point = 0; point < POINTS; point++) {
            encoded[point] = (byte) step(density[point]);
        }
        return encoded;
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

    private static int step(float density) {
        if (!(density > 0)) {
            return 0;
        }
        double octaves = Math.log(density) / Math.log(2);
        return (int) Math.max(1, Math.min(255, Math.rint(STEP_OF_ONE + STEPS_PER_OCTAVE * octaves)));
    }

    private static float[] densities() {
        float[] densities = new float[256];
        for (int step = 1; step < densities.length; step++) {
            densities[step] = (float) Math.pow(2, (double) (step - STEP_OF_ONE) / STEPS_PER_OCTAVE);
        }
        return densities;
    }

    private static ReuseCurve of(double intervalMs) {
        float[] density = new float[POINTS];
        for (int point = 0; point < POINTS; point++) {
            density[point] = (float) (1 / Math.max(1, age(point)));
        }
        return new ReuseCurve(intervalMs, density);
    }
}
