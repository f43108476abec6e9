#pragma once

/// DM8's numbers of the refusals of catalog and engine. Those of the last block are ours: DM8 refuses the same, but
/// nobody printed its number; they lie at the ends of DM8's ranges for analysis and run time.
namespace dmkit::mock::codes {

inline constexpr int login_failed = -2501;
inline constexpr int unknown_user = -2101;
inline constexpr int unknown_schema = -2103;
inline constexpr int unknown_table = -2104;
inline constexpr int unknown_view = -2105;
inline constexpr int unknown_table_or_view = -2106;
inline constexpr int unknown_column = -2111;
inline constexpr int object_exists = -2124;
inline constexpr int index_exists = -2140;
inline constexpr int missing_argument = -2206;
inline constexpr int foreign_schema = -2510;
inline constexpr int object_depended_on = -2639;
inline constexpr int column_depended_on = -2661;
inline constexpr int row_too_long = -2665;
inline constexpr int lob_compared = -2685;
inline constexpr int key_exists = -2864;
inline constexpr int invalid_argument = -3503;
inline constexpr int already_indexed = -3236;
inline constexpr int no_select_privilege = -5501;
inline constexpr int no_insert_privilege = -5502;
inline constexpr int no_delete_privilege = -5503;
inline constexpr int no_update_privilege = -5504;
inline constexpr int no_ddl_privilege = -5567;
inline constexpr int grant_to_self = -5723;
inline constexpr int types_differ = -6105;
inline constexpr int invalid_type_change = -6160;
inline constexpr int connection_lost = -6010;
inline constexpr int lock_timeout = -6407;
inline constexpr int transaction_running = -6510;
inline constexpr int unique_violated = -6602;
inline constexpr int check_violated = -6604;
inline constexpr int foreign_key_violated = -6607;
inline constexpr int not_null_violated = -6609;
inline constexpr int duplicate_rows = -6612;
inline constexpr int object_missing = -6815;
inline constexpr int statement_timeout = -7049;
inline constexpr int object_invalid = -7106;

inline constexpr int column_exists = -5480;          ///< argument: a column defined twice
inline constexpr int no_such_key = -5481;            ///< argument: the table whose referenced columns are no key
inline constexpr int unknown_constraint = -5482;     ///< argument: the name
inline constexpr int unknown_object = -5483;         ///< argument: an unknown index, sequence, synonym, role …
inline constexpr int invalid_identity = -5484;       ///< argument: the column that cannot be an identity
inline constexpr int identity_insert_taken = -5485;  ///< argument: the table that has IDENTITY_INSERT ON already
inline constexpr int invalid_sequence = -5486;       ///< argument: the sequence whose options contradict each other
inline constexpr int weak_password = -5487;          ///< shorter than PWD_MIN_LEN
inline constexpr int last_column = -5488;            ///< argument: the table that would be left without columns
inline constexpr int column_count = -5491;           ///< as many names as columns are needed
inline constexpr int lob_freed = -7992;              ///< a locator whose row, column or copy is not there
inline constexpr int changed_since = -7994;  ///< a serializable transaction changes what others changed since it began
inline constexpr int sequence_exhausted = -7995;  ///< argument: the sequence
inline constexpr int no_current_value = -7996;    ///< argument: the sequence that gave no value in this session yet
inline constexpr int read_only = -7997;           ///< a change in a read-only transaction
inline constexpr int unknown_savepoint = -7998;   ///< argument: the name

}  // namespace dmkit::mock::codes
