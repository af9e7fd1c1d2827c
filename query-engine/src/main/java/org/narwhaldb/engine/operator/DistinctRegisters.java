package org.narwhaldb.engine.operator;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.narwhaldb.engine.kernel.DistinctHash;

/// A sketch of [DistinctSketches] while it is made of very many values: a hash table of their coupons, and from the size on at which the
/// library gives that up registers, a byte each.
public final class DistinctRegisters {
    private static final int OBJECT_BYTES = 48;
    private static final int COUNT = 1 << DistinctSketches.LG_REGISTERS;
    private static final int TABLE_MIN = 16;
    private static final int TABLE_MAX = COUNT / 8;
    private static final int COUPON_ADDRESS_FACTOR = 0x9E3779B1;

    /// Of sketches as bytes, compact, of type HLL_8: Apache DataSketches, `hll/PreambleUtil`.
    private static final byte FORMAT = 1;
    private static final byte FAMILY = 7;
    private static final byte FLAGS = 0b0001_1000;
    private static final byte COUPONS = 0b1001;
    private static final byte REGISTERS = 0b1010;
    private static final int COUPON_COUNT_AT = 8;
    private static final int COUPONS_AT = 12;
    private static final int SUM_OF_LOW_AT = 16;
    private static final int SUM_OF_HIGH_AT = 24;
    private static final int ZEROS_AT = 32;
    private static final int REGISTERS_AT = 40;
    private static final int LOW_RANKS = 32;
    private static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Reservation reservation;
    /// Null since there are registers.
    private int[] table = new int[TABLE_MIN];
    private int used;
    private byte[] registers;

    public DistinctRegisters(Reservation reservation) {
        this.reservation = reservation;
        reservation.grow(OBJECT_BYTES + TABLE_MIN * Integer.BYTES);
    }

    /// @param coupon 0 for none
    public void add(int coupon) {
        if (registers != null) {
            raise(registers, coupon);
        } else if (coupon != 0 && put(coupon) && ++used > table.length / 4 * 3) {
            grow();
        }
    }

    /// @param coupons of which 0 are none
    public void add(int[] coupons, int count) {
        int done = 0;
        while (done < count && registers == null) {
            add(coupons[done++]);
        }
        byte[] target = registers;
        for (int i = done; i < count; i++) {
            raise(target, coupons[i]);
        }
    }

    /// Without a branch: of the values that raise anything none can be told.
    private static void raise(byte[] registers, int coupon) {
        int register = coupon & COUNT - 1;
        registers[register] = (byte) Math.max(registers[register], DistinctHash.rank(coupon));
    }

    private boolean put(int coupon) {
        int mask = table.length - 1;
        int slot = coupon * COUPON_ADDRESS_FACTOR >>> 16 & mask;
        while (table[slot] != 0) {
            if (table[slot] == coupon) {
                return false;
            }
            slot = slot + 1 & mask;
        }
        table[slot] = coupon;
        return true;
    }

    private void grow() {
        int[] old = table;
        if (old.length < TABLE_MAX) {
            reservation.grow((long) old.length * Integer.BYTES);
            table = new int[2 * old.length];
            for (int coupon : old) {
                if (coupon != 0) {
                    put(coupon);
                }
            }
            return;
        }
        reservation.grow(COUNT - (long) old.length * Integer.BYTES);
        registers = new byte[COUNT];
        table = null;
        add(old, old.length);
    }

    public void add(DistinctRegisters other) {
        if (other.table != null) {
            add(other.table, other.table.length);
            return;
        }
        if (registers == null) {
            reservation.grow(COUNT);
            registers = new byte[COUNT];
            int[] mine = table;
            table = null;
            add(mine, mine.length);
        }
        for (int register = 0; register < COUNT; register++) {
            registers[register] = (byte) Math.max(registers[register], other.registers[register]);
        }
    }

    public boolean isEmpty() {
        return registers == null && used == 0;
    }

    /// As partial results carry it.
    public byte[] state() {
        return registers == null ? stateOfCoupons() : stateOfRegisters();
    }

    private byte[] stateOfCoupons() {
        byte[] state = new byte[COUPONS_AT + used * Integer.BYTES];
        MemorySegment bytes = preamble(state, COUPONS_AT, COUPONS);
        bytes.set(INT, COUPON_COUNT_AT, used);
        int at = COUPONS_AT;
        for (int coupon : table) {
            if (coupon != 0) {
                bytes.set(INT, at, coupon);
                at += Integer.BYTES;
            }
        }
        return state;
    }

    private byte[] stateOfRegisters() {
        byte[] state = new byte[REGISTERS_AT + COUNT];
        MemorySegment bytes = preamble(state, REGISTERS_AT, REGISTERS);
        int[] counts = new int[Long.SIZE];
        for (byte rank : registers) {
            counts[rank]++;
        }
        double low = 0;
        double high = 0;
        for (int rank = 0; rank < counts.length; rank++) {
            double sum = counts[rank] * Math.scalb(1.0, -rank);
            low += rank < LOW_RANKS ? sum : 0;
            high += rank < LOW_RANKS ? 0 : sum;
        }
        bytes.set(DOUBLE, SUM_OF_LOW_AT, low);
        bytes.set(DOUBLE, SUM_OF_HIGH_AT, high);
        bytes.set(INT, ZEROS_AT, counts[0]);
        System.arraycopy(registers, 0, state, REGISTERS_AT, COUNT);
        return state;
    }

    private static MemorySegment preamble(byte[] state, int preambleBytes, byte mode) {
        byte[] preamble = {(byte) (preambleBytes / Integer.BYTES), FORMAT, FAMILY, DistinctSketches.LG_REGISTERS, 0, FLAGS, 0, mode};
        System.arraycopy(preamble, 0, state, 0, preamble.length);
        return MemorySegment.ofArray(state);
    }
}
