package data

import "slices"

// Spacing names the usual distance between sessions: daily, weekly, fortnightly, monthly,
// quarterly or yearly, by the median number of days. Fewer than two have none: "".
func Spacing(dates []Date) string {
	if len(dates) < 2 {
		return ""
	}
	gaps := make([]int, len(dates)-1)
	for i := range gaps {
		gaps[i] = int(dates[i+1] - dates[i])
	}
	slices.Sort(gaps)
	switch g := gaps[len(gaps)/2]; {
	case g <= 3:
		return "daily"
	case g <= 10:
		return "weekly"
	case g <= 18:
		return "fortnightly"
	case g <= 45:
		return "monthly"
	case g <= 135:
		return "quarterly"
	}
	return "yearly"
}

// Later names the time from one session to the next of a spacing: a day, a week.
func Later(spacing string) string {
	switch spacing {
	case "weekly":
		return "a week"
	case "fortnightly":
		return "two weeks"
	case "monthly":
		return "a month"
	case "quarterly":
		return "a quarter"
	case "yearly":
		return "a year"
	}
	return "a day"
}
