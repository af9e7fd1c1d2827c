package org.narwhaldb.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.sql.Wrapper;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.arrow.driver.jdbc.shaded.org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.driver.jdbc.shaded.org.apache.arrow.flight.FlightStatusCode;

/// Stands before each object of the Arrow driver, whose errors are not always JDBC's: a lost connection comes out of it as an unchecked
/// exception of Flight. Here every error is an SQLException, with the SQLSTATE that the server gave, or 08006 for a lost connection.
///
/// A statement that is lost before it gave a row is run again: behind a balancer that is at another front end. No statement of Narwhal's
/// changes anything but the session, so that running it twice does no harm. Rows once given are never given again: a connection lost
/// later is an error. So is one lost under a prepared statement, whose values the Arrow driver has used up by then: bind them again
/// and run it again.
final class Guard implements InvocationHandler {
    private static final String LOST = "08006";
    private static final String SQL_STATE_KEY = "sqlstate";
    private static final List<Class<?>> GUARDED =
            List.of(PreparedStatement.class, Statement.class, ResultSet.class, DatabaseMetaData.class, Connection.class);
    private static final Set<String> STARTING =
            Set.of("execute", "executeQuery", "executeUpdate", "executeLargeUpdate", "prepareStatement");
    /// How long it waits before each further try.
    private static final long[] PAUSES_MILLIS = {50, 200, 1_000, 2_000};

    private final Object target;

    private Guard(Object target) {
        this.target = target;
    }

    /// The object behind a guard, if it is of a kind that is guarded; else the object itself.
    static Object guarded(Object target) {
        for (Class<?> face : GUARDED) {
            if (face.isInstance(target)) {
                return Proxy.newProxyInstance(Guard.class.getClassLoader(), new Class<?>[] {face}, new Guard(target));
            }
        }
        return target;
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
        if (method.getDeclaringClass() == Object.class) {
            return ofObject(method, arguments);
        }
        if (method.getDeclaringClass() == Wrapper.class) {
            Class<?> wanted = (Class<?>) arguments[0];
            if (wanted.isInstance(target)) {
                return method.getName().equals("unwrap") ? target : (Object) true;
            }
        }
        boolean starts = STARTING.contains(method.getName()) && !(target instanceof PreparedStatement)
                || target instanceof DatabaseMetaData && method.getReturnType() == ResultSet.class;
        for (int tried = 0;; tried++) {
            try {
                return guarded(method.invoke(target, arguments));
            } catch (InvocationTargetException e) {
                Throwable failure = e.getCause();
                FlightRuntimeException flight = flight(failure);
                if (starts && flight != null && isLost(flight) && tried < PAUSES_MILLIS.length) {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSES_MILLIS[tried]));
                } else {
                    throw typed(failure, flight);
                }
            }
        }
    }

    private Object ofObject(Method method, Object[] arguments) throws ReflectiveOperationException {
        if (method.getName().equals("equals")) {
            Object other = arguments[0];
            boolean isGuard = other != null && Proxy.isProxyClass(other.getClass()) && Proxy.getInvocationHandler(other) instanceof Guard;
            return target.equals(isGuard ? ((Guard) Proxy.getInvocationHandler(other)).target : other);
        }
        return method.invoke(target, arguments);
    }

    private static FlightRuntimeException flight(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof FlightRuntimeException) {
                return (FlightRuntimeException) cause;
            }
        }
        return null;
    }

    private static String sqlState(FlightRuntimeException flight) {
        return flight.status().metadata() == null ? null : flight.status().metadata().get(SQL_STATE_KEY);
    }

    /// What names no SQLSTATE did not come from a server but from the connection.
    private static boolean isLost(FlightRuntimeException flight) {
        return flight.status().code() == FlightStatusCode.UNAVAILABLE && sqlState(flight) == null;
    }

    private static Throwable typed(Throwable failure, FlightRuntimeException flight) {
        if (flight != null && isLost(flight)) {
            return new SQLTransientConnectionException("Lost the connection to the front end: " + flight.getMessage(), LOST, failure);
        }
        if (failure instanceof SQLException || !(failure instanceof RuntimeException)) {
            return failure;
        }
        return flight == null ? failure : new SQLException(flight.getMessage(), sqlState(flight), failure);
    }
}
