package deid

import (
	"slices"
	"strings"
	"sync"

	"github.com/brianvoe/gofakeit/v7/data"
)

// few are the first three digits of ZIP codes that 20,000 people or fewer share: the 17 of
// the guidance of HHS, by the census of 2000, and those by that of 2010.
var few = strings.Fields("036 059 063 102 202 203 204 205 369 556 692 753 772 790 821 823 830 831 878 879 884 890 893")

// isZIP reports whether a field of that name has ZIP codes.
func isZIP(name string) bool { return name == "ZIP" || name == "ZipCode" || name == "postalCode" }

// region returns what Safe Harbor leaves of a part of an address: the state or country, and
// three digits of a ZIP code.
func region(name, s string) string {
	switch {
	case isZIP(name):
		return zip3(s)
	case (name == "State" || name == "state") && isState(s), isCountryField(name) && isCountry(s):
		return s
	default:
		return replacement
	}
}

// zip3 returns the first three digits of a ZIP code, 000 where few people live.
func zip3(s string) string {
	if !isDigits(strings.Replace(s, "-", "", 1)) || len(s) != 5 && len(s) != 9 && len(s) != 10 || slices.Contains(few, s[:3]) {
		return "000"
	}
	return s[:3]
}

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// states and countries are their names and abbreviations, in capitals.
var (
	states    = sync.OnceValue(func() map[string]bool { return capitals(data.Address["state_abr"], data.Address["state"]) })
	countries = sync.OnceValue(func() map[string]bool {
		return capitals([]string{"USA", "United States"}, data.Address["country_abr"], data.Address["country"])
	})
)

func capitals(lists ...[]string) map[string]bool {
	all := make(map[string]bool)
	for _, list := range lists {
		for _, name := range list {
			all[strings.ToUpper(name)] = true
		}
	}
	return all
}

func isState(s string) bool { return states()[strings.ToUpper(s)] }

func isCountryField(name string) bool { return name == "Country" || name == "Citizenship" }

func isCountry(s string) bool { return countries()[strings.ToUpper(s)] }
