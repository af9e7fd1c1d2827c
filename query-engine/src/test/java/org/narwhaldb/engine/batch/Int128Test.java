package org.narwhaldb.engine.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.narwhaldb.engine.expression.Seed;

class Int128Test {
    private static final BigInteger MIN = BigInteger.ONE.shiftLeft(127).negate();
    private static final BigInteger MAX = BigInteger.ONE.shiftLeft(127).subtract(BigInteger.ONE);

    @Test
    void agrees_with_big_integers_and_tells_when_a_result_does_not_fit() {
        Seed seed = Seed.next();
        Random random = seed.random();
        for (int i = 0; i < 40_000; i++) {
            BigInteger a = number(random);
            BigInteger b = number(random);
            String what = "%s and %s, %s".formatted(a, b, seed);
            Int128 register = new Int128();

            register.set(a);
            assertThat(register.toBigInteger()).as(what).isEqualTo(a);
            check(register, register.add(Int128.high(b), b.longValue()), a.add(b), "sum of " + what);
            register.set(a);
            check(register, register.subtract(Int128.high(b), b.longValue()), a.subtract(b), "difference of " + what);
            register.set(a);
            check(register, register.multiply(Int128.high(b), b.longValue()), a.multiply(b), "product of " + what);
            register.set(a);
            check(register, register.negate(), a.negate(), "negative of " + what);
            assertThat(Integer.signum(Int128.compare(Int128.high(a), a.longValue(), Int128.high(b), b.longValue())))
                    .as(what).isEqualTo(a.compareTo(b));
            if (b.signum() != 0 && !(a.equals(MIN) && b.equals(BigInteger.ONE.negate()))) {
                register.set(a);
                register.divide(Int128.high(b), b.longValue(), false);
                assertThat(register.toBigInteger()).as("quotient of " + what).isEqualTo(a.divide(b));
                register.set(a);
                register.divide(Int128.high(b), b.longValue(), true);
                assertThat(register.toBigInteger()).as("rounded quotient of " + what).isEqualTo(
                        new BigDecimal(a).divide(new BigDecimal(b), 0, RoundingMode.HALF_UP).toBigInteger());
            }
        }
    }

    @Test
    void a_number_of_more_than_128_bits_is_refused() {
        assertThat(new Int128().set(MAX.add(BigInteger.ONE))).isFalse();
        assertThat(new Int128().set(MIN.subtract(BigInteger.ONE))).isFalse();
        assertThat(new Int128().set(MIN)).isTrue();
    }

    private static void check(Int128 register, boolean fits, BigInteger exact, String what) {
        assertThat(fits).as(what).isEqualTo(Int128.fits(exact));
        if (fits) {
            assertThat(register.toBigInteger()).as(what).isEqualTo(exact);
        }
    }

    private static BigInteger number(Random random) {
        BigInteger value = switch (random.nextInt(6)) {
            case 0 -> MAX.subtract(BigInteger.valueOf(random.nextInt(3)));
            case 1 -> BigInteger.TEN.pow(random.nextInt(39));
            case 2 -> BigInteger.ONE.shiftLeft(random.nextInt(127)).add(BigInteger.valueOf(random.nextInt(3) - 1));
            case 3 -> BigInteger.valueOf(random.nextInt(100));
            default -> new BigInteger(random.nextInt(128), random);
        };
        value = random.nextBoolean() ? value.negate() : value;
        return random.nextInt(50) == 0 ? MIN : value;
    }
}
