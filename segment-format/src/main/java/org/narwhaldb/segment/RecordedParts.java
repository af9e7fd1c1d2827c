package org.narwhaldb.segment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The parts of one column, kept until the file is written up to them: columns are encoded at the same time, but stand
/// in the file in order.
final class RecordedParts implements PartSink {
    private final List<Step> steps = new ArrayList<>();

    private sealed interface Step {
        record Begin() implements Step {}

        record Write(byte[] bytes) implements Step {}

        record End(Part.Kind kind, int column) implements Step {}
    }

    @Override
    public void beginPart() {
        steps.add(new Step.Begin());
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        steps.add(new Step.Write(Arrays.copyOfRange(bytes, offset, offset + length)));
    }

    @Override
    public void endPart(Part.Kind kind, int column) {
        steps.add(new Step.End(kind, column));
    }

    void writeTo(PartSink sink) {
        for (Step step : steps) {
            switch (step) {
                case Step.Begin() -> sink.beginPart();
                case Step.Write(byte[] bytes) -> sink.write(bytes, 0, bytes.length);
                case Step.End(Part.Kind kind, int column) -> sink.endPart(kind, column);
            }
        }
    }
}
