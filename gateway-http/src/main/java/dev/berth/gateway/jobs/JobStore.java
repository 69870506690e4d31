package dev.berth.gateway.jobs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.TtlDB;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * The jobs view on disk, a RocksDB with one column family:
 *
 * <pre>
 * s/ID                submission, as {@link Submission} writes it
 * e/ID                outcome, the bytes of its record
 * t/TIME ID           asynchronous submissions, the latest first: TIME is Long.MAX_VALUE - milliseconds, big endian
 * o/TOPIC/PARTITION   the offset to go on from
 * </pre>
 *
 * There is no write-ahead log, since the topics are one: offsets are in the same batch as what was read up to them, so a crash
 * loses the last batches whole, and they are read again. Rows expire with the topics they are from.
 *
 * <p>Thread-safe; one thread writes.
 */
final class JobStore implements AutoCloseable {
    private static final Duration KEPT = Duration.ofDays(7);
    private static final long MEMTABLE_BYTES = 8L * 1024 * 1024;
    private static final long CACHE_BYTES = 16L * 1024 * 1024;
    private static final int BLOOM_BITS = 10;
    private static final int MAX_LOOKED_AT = 5_000;

    private final Options options;
    private final LRUCache cache;
    private final BloomFilter bloom;
    private final WriteOptions unlogged;
    private final TtlDB db;
    private final ReentrantReadWriteLock closing = new ReentrantReadWriteLock();
    private boolean closed;

    /** Opens or makes the store in a folder. */
    JobStore(Path folder) {
        RocksDB.loadLibrary();
        this.cache = new LRUCache(CACHE_BYTES);
        this.bloom = new BloomFilter(BLOOM_BITS);
        this.options = new Options()
                .setCreateIfMissing(true)
                .setWriteBufferSize(MEMTABLE_BYTES)
                .setMaxOpenFiles(100)
                .setKeepLogFileNum(2)
                .setTableFormatConfig(new BlockBasedTableConfig()
                        .setBlockCache(cache)
                        .setCacheIndexAndFilterBlocks(true)
                        .setFilterPolicy(bloom));
        this.unlogged = new WriteOptions().setDisableWAL(true);
        try {
            Files.createDirectories(folder);
            this.db = TtlDB.open(options, folder.toString(), (int) KEPT.toSeconds(), false);
        } catch (IOException e) {
            throw new UncheckedIOException("The folder of the jobs view cannot be made: " + folder, e);
        } catch (RocksDBException e) {
            throw new IllegalStateException(
                    "The jobs view in " + folder + " cannot be opened (" + e.getMessage()
                            + "). Is another gateway using this data folder? If it is damaged, delete that folder:"
                            + " it is made anew from the topics.",
                    e);
        }
    }

    Optional<Submission> submission(String id) {
        return get(key('s', id)).map(Submission::fromBytes);
    }

    Optional<byte[]> outcome(String id) {
        return get(key('e', id));
    }

    /**
     * Asynchronous submissions that pass a test, the latest first; among a bounded number of them.
     *
     * @param toMs the latest, in epoch milliseconds
     * @param fromMs the earliest
     * @param after the row behind which to begin, from {@link Found#last}
     */
    Found recent(int limit, long fromMs, long toMs, Optional<byte[]> after, Predicate<Submission> wanted) {
        return reading(() -> scan(limit, fromMs, toMs, after, wanted));
    }

    /**
     * A page.
     *
     * @param last the last row looked at, where there may be more behind it
     */
    record Found(List<Submission> rows, Optional<byte[]> last) {}

    /** Whether some bytes could be a row of the list. */
    static boolean isRow(byte[] key) {
        return key.length > 2 + Long.BYTES && key[0] == 't' && key[1] == '/';
    }

    private Found scan(int limit, long fromMs, long toMs, Optional<byte[]> after, Predicate<Submission> wanted) {
        List<Submission> found = new ArrayList<>();
        byte[] begin = ByteBuffer.allocate(2 + Long.BYTES)
                .put((byte) 't')
                .put((byte) '/')
                .putLong(Long.MAX_VALUE - toMs)
                .array();
        if (after.isPresent() && Arrays.compareUnsigned(after.get(), begin) > 0) {
            begin = after.get();
        }
        byte[] last = begin;
        int lookedAt = 0;
        try (RocksIterator rows = db.newIterator()) {
            for (rows.seek(begin); rows.isValid(); rows.next()) {
                byte[] key = rows.key();
                if (!isRow(key)) {
                    break;
                }
                long atMs = Long.MAX_VALUE - ByteBuffer.wrap(key, 2, Long.BYTES).getLong();
                if (atMs < fromMs) {
                    break;
                }
                if (after.isPresent() && Arrays.equals(key, after.get())) {
                    continue;
                }
                if (found.size() == limit || lookedAt == MAX_LOOKED_AT) {
                    return new Found(found, Optional.of(last));
                }
                lookedAt++;
                last = key;
                String id = new String(key, 2 + Long.BYTES, key.length - 2 - Long.BYTES, StandardCharsets.UTF_8);
                // A row of another time is left over from a record that came again.
                submission(id)
                        .filter(job -> job.submittedMs() == atMs && wanted.test(job))
                        .ifPresent(found::add);
            }
        }
        return new Found(found, Optional.empty());
    }

    OptionalLong offset(TopicPartition partition) {
        return get(key('o', partition.topic() + "/" + partition.partition()))
                .map(bytes -> OptionalLong.of(ByteBuffer.wrap(bytes).getLong()))
                .orElse(OptionalLong.empty());
    }

    /** Rows to be written together. */
    final class Batch implements AutoCloseable {
        private final WriteBatch rows = new WriteBatch();

        void submission(Submission submission) throws RocksDBException {
            rows.put(key('s', submission.id()), submission.toBytes());
            if (submission.asynchronous()) {
                byte[] id = submission.id().getBytes(StandardCharsets.UTF_8);
                rows.put(
                        ByteBuffer.allocate(2 + Long.BYTES + id.length)
                                .put((byte) 't')
                                .put((byte) '/')
                                .putLong(Long.MAX_VALUE - submission.submittedMs())
                                .put(id)
                                .array(),
                        new byte[0]);
            }
        }

        void outcome(String id, byte[] record) throws RocksDBException {
            rows.put(key('e', id), record);
        }

        void commit(TopicPartition partition, long next) throws RocksDBException {
            rows.put(
                    key('o', partition.topic() + "/" + partition.partition()),
                    ByteBuffer.allocate(Long.BYTES).putLong(next).array());
            db.write(unlogged, rows);
        }

        @Override
        public void close() {
            rows.close();
        }
    }

    @Override
    public void close() {
        closing.writeLock().lock();
        try {
            closed = true;
            db.close();
            unlogged.close();
            options.close();
            bloom.close();
            cache.close();
        } finally {
            closing.writeLock().unlock();
        }
    }

    private Optional<byte[]> get(byte[] key) {
        return reading(() -> Optional.ofNullable(db.get(key)));
    }

    private interface Reading<T> {
        T run() throws RocksDBException;
    }

    /** A read of a closed database would end the process. */
    private <T> T reading(Reading<T> what) {
        closing.readLock().lock();
        try {
            if (closed) {
                throw new IllegalStateException("The gateway was closed");
            }
            return what.run();
        } catch (RocksDBException e) {
            throw new IllegalStateException("The jobs view cannot be read: " + e.getMessage(), e);
        } finally {
            closing.readLock().unlock();
        }
    }

    private static byte[] key(char kind, String id) {
        return (kind + "/" + id).getBytes(StandardCharsets.UTF_8);
    }
}
