#pragma once

/// DM8's numbers of the binder's refusals. Those of the last block are ours: DM8 refuses the same, but nobody printed
/// its number (errors.csv: texts without code); they lie at the ends of DM8's ranges for analysis and run time.
namespace dmkit::mock::bind::codes {

inline constexpr int unknown_schema = -2103;
inline constexpr int unknown_table = -2106;
inline constexpr int unknown_column = -2111;
inline constexpr int unresolved_member = -2207;
inline constexpr int invalid_default = -2670;
inline constexpr int lob_compared = -2685;
inline constexpr int identity_given = -2723;
inline constexpr int unknown_type = -3719;
inline constexpr int merge_updates_condition = -4064;
inline constexpr int not_grouped = -4080;
inline constexpr int no_for_update = -4596;
inline constexpr int argument_count = -5402;
inline constexpr int argument_type = -5403;
inline constexpr int overflow = -6102;
inline constexpr int types_differ = -6105;
inline constexpr int not_a_datetime = -6118;
inline constexpr int invalid_object = -7106;
inline constexpr int divide_by_zero = -6103;

inline constexpr int misplaced = -5489;              ///< argument: what may not stand there
inline constexpr int ambiguous_column = -5490;       ///< argument: the name
inline constexpr int value_count = -5491;            ///< values or columns of an INSERT, SET or WITH do not pair up
inline constexpr int value_as_condition = -5492;     ///< WHERE with a bare value
inline constexpr int aggregate_misplaced = -5493;    ///< argument: the function
inline constexpr int order_not_selected = -5494;     ///< ORDER BY with DISTINCT or a set operation
inline constexpr int subquery_columns = -5495;       ///< a subquery with several columns where one is expected
inline constexpr int set_operation_columns = -5496;  ///< operands of UNION and the like differ in columns
inline constexpr int duplicate_target = -5497;       ///< argument: a column named twice in INSERT or SET
inline constexpr int not_updatable = -5498;          ///< argument: the view or derived column
inline constexpr int recursion_too_deep = -7993;     ///< at run time: CTE_MAXRECURSION or CNNTB_MAX_LEVEL exceeded
inline constexpr int several_rows = -7999;           ///< at run time: a scalar subquery with several rows

}  // namespace dmkit::mock::bind::codes
