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
import org.apache.arrow.driver.jdbc.shaded.org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.driver.jdbc.shaded.org.apache.arrow.flight.FlightStatusCode;

/// Stands before each object of the Arrow driver, whose errors are not always JDBC's: a lost connection comes out of it as an unchecked
/// exception of Flight. Here every error is an SQLException, with the SQLSTATE that the server gave, or 08006 for a lost connection.
///
/// Nothing is run again here: the next statement on the same connection goes on by itself, behind a balancer at another front end.
final class Guard implements InvocationHandler {
    private static final String LOST = "08006";
    private static final String SQL_STATE_KEY = "sqlstate";
    private static final List<Class<?>> GUARDED =
            List.of(PreparedStatement.class, Statement.class, ResultSet.class, DatabaseMetaData.class, Connection.class);

    private final Object target;

    private Guard(Object target) {
        this.target = target;
    }

    /// The object behind a guard if `face` is one that is guarded, else the object itself. Not by its own class: one object of the Arrow
    /// driver may be several things.
    static Object guarded(Object target, Class<?> face) {
        return target == null || !GUARDED.contains(face) ? target
                : Proxy.newProxyInstance(Guard.class.getClassLoader(), new Class<?>[] {face}, new Guard(target));
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
        try {
            return guarded(method.invoke(target, arguments), method.getReturnType());
        } catch (InvocationTargetException e) {
            throw typed(e.getCause(), flight(e.getCause()));
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
        // Asked for a key that is not there, it throws.
        return flight.status().metadata() == null || !flight.status().metadata().containsKey(SQL_STATE_KEY) ? null
                : flight.status().metadata().get(SQL_STATE_KEY);
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
