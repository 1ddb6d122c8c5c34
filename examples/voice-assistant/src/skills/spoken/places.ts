/** Time zones and what people call the places in them. Of a country with several, its capital's. */
const ZONES: Readonly<Record<string, string>> = {
  'Africa/Cairo': 'cairo, egypt',
  'Africa/Casablanca': 'casablanca, morocco',
  'Africa/Johannesburg': 'johannesburg, cape town, south africa, durban',
  'Africa/Lagos': 'lagos, nigeria',
  'Africa/Nairobi': 'nairobi, kenya',
  'Africa/Tunis': 'tunis, tunisia',
  'Africa/Accra': 'accra, ghana',
  'Africa/Addis_Ababa': 'addis ababa, ethiopia',
  'America/Anchorage': 'anchorage, alaska',
  'America/Argentina/Buenos_Aires': 'buenos aires, argentina',
  'America/Bogota': 'bogota, colombia',
  'America/Caracas': 'caracas, venezuela',
  'America/Chicago':
    'chicago, dallas, houston, austin, texas, kansas city, new orleans, nashville, minneapolis, saint louis, memphis, milwaukee',
  'America/Denver': 'denver, colorado, salt lake city, utah, boulder, albuquerque',
  'America/Detroit': 'detroit, michigan',
  'America/Edmonton': 'calgary, edmonton',
  'America/Halifax': 'halifax, nova scotia',
  'America/Havana': 'havana, cuba',
  'America/Jamaica': 'jamaica, kingston',
  'America/Lima': 'lima, peru',
  'America/Los_Angeles':
    'los angeles, california, san francisco, san diego, seattle, portland, oregon, las vegas, vegas, sacramento, san jose',
  'America/Mexico_City': 'mexico city, mexico',
  'America/New_York':
    'new york, new york city, boston, washington, miami, florida, philadelphia, atlanta, orlando, cleveland, pittsburgh, baltimore, america, the united states',
  'America/Phoenix': 'phoenix, arizona, tucson',
  'America/Santiago': 'santiago, chile',
  'America/Sao_Paulo': 'sao paulo, rio, rio de janeiro, brazil',
  'America/Toronto': 'toronto, montreal, ottawa, quebec, canada',
  'America/Vancouver': 'vancouver',
  'America/Winnipeg': 'winnipeg',
  'Asia/Bangkok': 'bangkok, thailand',
  'Asia/Dhaka': 'dhaka, bangladesh',
  'Asia/Dubai': 'dubai, the emirates',
  'Asia/Hong_Kong': 'hong kong',
  'Asia/Ho_Chi_Minh': 'hanoi, saigon, vietnam',
  'Asia/Jakarta': 'jakarta, indonesia',
  'Asia/Jerusalem': 'jerusalem, tel aviv, israel',
  'Asia/Karachi': 'karachi, pakistan',
  'Asia/Kathmandu': 'kathmandu, nepal',
  'Asia/Kolkata': 'delhi, new delhi, mumbai, kolkata, india, bangalore',
  'Asia/Kuala_Lumpur': 'kuala lumpur, malaysia',
  'Asia/Manila': 'manila, the philippines',
  'Asia/Riyadh': 'riyadh, saudi arabia',
  'Asia/Seoul': 'seoul, south korea, korea',
  'Asia/Shanghai': 'shanghai, beijing, china',
  'Asia/Singapore': 'singapore',
  'Asia/Taipei': 'taipei, taiwan',
  'Asia/Tehran': 'tehran, iran',
  'Asia/Tokyo': 'tokyo, kyoto, osaka, japan',
  'Atlantic/Reykjavik': 'reykjavik, iceland',
  'Australia/Adelaide': 'adelaide',
  'Australia/Brisbane': 'brisbane',
  'Australia/Melbourne': 'melbourne',
  'Australia/Perth': 'perth',
  'Australia/Sydney': 'sydney, australia, canberra',
  'Europe/Amsterdam': 'amsterdam, the netherlands, holland, rotterdam',
  'Europe/Athens': 'athens, greece, crete',
  'Europe/Belgrade': 'belgrade, serbia',
  'Europe/Berlin': 'berlin, hamburg, munich, cologne, frankfurt, germany',
  'Europe/Brussels': 'brussels, belgium',
  'Europe/Bucharest': 'bucharest, romania',
  'Europe/Budapest': 'budapest, hungary',
  'Europe/Copenhagen': 'copenhagen, denmark',
  'Europe/Dublin': 'dublin, ireland, cork',
  'Europe/Helsinki': 'helsinki, finland',
  'Europe/Istanbul': 'istanbul, turkey, ankara',
  'Europe/Kyiv': 'kiev, ukraine',
  'Europe/Lisbon': 'lisbon, portugal, porto',
  'Europe/London':
    'london, edinburgh, glasgow, scotland, england, wales, manchester, bristol, oxford, cambridge, liverpool, leeds, cornwall, york, cardiff, belfast, birmingham, brighton, bath, devon, the lake district',
  'Europe/Madrid': 'madrid, barcelona, spain, seville, valencia',
  'Europe/Moscow': 'moscow, russia',
  'Europe/Oslo': 'oslo, norway, bergen',
  'Europe/Paris': 'paris, france, lyon, nice, marseille',
  'Europe/Prague': 'prague, the czech republic',
  'Europe/Rome': 'rome, italy, milan, florence, venice, naples, sicily, turin',
  'Europe/Sofia': 'sofia, bulgaria',
  'Europe/Stockholm': 'stockholm, sweden',
  'Europe/Vienna': 'vienna, austria, salzburg',
  'Europe/Warsaw': 'warsaw, poland, krakow',
  'Europe/Zagreb': 'zagreb, croatia',
  'Europe/Zurich': 'zurich, switzerland, geneva, bern',
  'Pacific/Auckland': 'auckland, new zealand, wellington',
  'Pacific/Honolulu': 'hawaii, honolulu',
};

const ZONE_BY_PLACE: ReadonlyMap<string, string> = new Map(
  Object.entries(ZONES).flatMap(([zone, places]) =>
    places.split(', ').map((place) => [place, zone] as const),
  ),
);

/** The time zone of a place, by the name people say; null where we do not know it. */
export function zoneOf(place: string): string | null {
  const name = place.toLowerCase().trim();
  return (
    ZONE_BY_PLACE.get(name) ??
    ZONE_BY_PLACE.get(name.replace(/^the /, '')) ??
    ZONE_BY_PLACE.get(`the ${name}`) ??
    null
  );
}
