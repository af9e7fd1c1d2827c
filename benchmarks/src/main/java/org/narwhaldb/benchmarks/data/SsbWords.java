package org.narwhaldb.benchmarks.data;

/// The vocabulary of the Star Schema Benchmark, which is that of TPC-H (TPC Benchmark H, section 4.2.2.13).
final class SsbWords {
    static final String[] REGIONS = {"AFRICA", "AMERICA", "ASIA", "EUROPE", "MIDDLE EAST"};
    static final String[] NATIONS = {
        "ALGERIA", "ARGENTINA", "BRAZIL", "CANADA", "EGYPT", "ETHIOPIA", "FRANCE", "GERMANY", "INDIA", "INDONESIA",
        "IRAN", "IRAQ", "JAPAN", "JORDAN", "KENYA", "MOROCCO", "MOZAMBIQUE", "PERU", "CHINA", "ROMANIA",
        "SAUDI ARABIA", "VIETNAM", "RUSSIA", "UNITED KINGDOM", "UNITED STATES"};
    /// Region of each nation.
    static final int[] NATION_REGIONS = {0, 1, 1, 1, 4, 0, 3, 3, 2, 2, 4, 4, 2, 4, 0, 0, 0, 1, 2, 3, 4, 2, 3, 3, 1};
    static final String[] SEGMENTS = {"AUTOMOBILE", "BUILDING", "FURNITURE", "HOUSEHOLD", "MACHINERY"};
    static final String[] PRIORITIES = {"1-URGENT", "2-HIGH", "3-MEDIUM", "4-NOT SPECIFIED", "5-LOW"};
    static final String[] SHIP_MODES = {"AIR", "FOB", "MAIL", "RAIL", "REG AIR", "SHIP", "TRUCK"};
    static final String[] TYPES = {"STANDARD", "SMALL", "MEDIUM", "LARGE", "ECONOMY", "PROMO"};
    static final String[] FINISHES = {"ANODIZED", "BURNISHED", "PLATED", "POLISHED", "BRUSHED"};
    static final String[] METALS = {"TIN", "NICKEL", "BRASS", "STEEL", "COPPER"};
    static final String[] CONTAINER_SIZES = {"SM", "LG", "MED", "JUMBO", "WRAP"};
    static final String[] CONTAINERS = {"CASE", "BOX", "BAG", "JAR", "PKG", "PACK", "CAN", "DRUM"};
    static final String[] COLORS = """
            almond antique aquamarine azure beige bisque black blanched blue blush brown burlywood burnished chartreuse
            chiffon chocolate coral cornflower cornsilk cream cyan dark deep dim dodger drab firebrick floral forest
            frosted gainsboro ghost goldenrod green grey honeydew hot indian ivory khaki lace lavender lawn lemon light
            lime linen magenta maroon medium metallic midnight mint misty moccasin navajo navy olive orange orchid pale
            papaya peach peru pink plum powder puff purple red rose rosy royal saddle salmon sandy seashell sienna sky
            slate smoke snow spring steel tan thistle tomato turquoise violet wheat white yellow
            """.strip().split("\\s+");
    static final String[] MONTHS = {
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December"};
    static final String[] DAYS = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
    private static final int CITY_PREFIX = 9;

    private SsbWords() {}

    /// The nation's first nine letters, padded, and a digit.
    static String city(int nation, int number) {
        StringBuilder city = new StringBuilder(NATIONS[nation]);
        city.setLength(Math.min(CITY_PREFIX, city.length()));
        while (city.length() < CITY_PREFIX) {
            city.append(' ');
        }
        return city.append(number).toString();
    }
}
