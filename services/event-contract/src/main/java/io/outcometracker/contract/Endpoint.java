package io.outcometracker.contract;

/** What is measured when: one instrument at one visit of one trial. */
public record Endpoint(String trial, String visit, String instrument) {
    public Endpoint {
        Code.require(trial, "trial");
        Code.require(visit, "visit");
        Code.require(instrument, "instrument");
    }

    public static Endpoint parse(String key) {
        String[] parts = key.split("\\|", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("an endpoint key reads trial|visit|instrument");
        }
        return new Endpoint(parts[0], parts[1], parts[2]);
    }

    @Override
    public String toString() {
        return trial + '|' + visit + '|' + instrument;
    }
}
