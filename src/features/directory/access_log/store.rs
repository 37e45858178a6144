//! The access log in the database: read here, written through the kernel.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use crate::features::directory::shared::{Cursor, Person, Window};
use crate::kernel::access_log::subject_label;
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::{ActionId, OrganisationId};
use crate::kernel::permit::{Handling, Role};

#[derive(Debug, Default)]
pub struct Filter {
    /// Exports alone, or readings alone.
    pub export: Option<bool>,
    pub organisation: Option<OrganisationId>,
}

pub struct Line {
    pub id: Uuid,
    pub at: DateTime<Utc>,
    pub by: Person,
    pub role: Option<Role>,
    pub export: bool,
    pub subject_kind: String,
    /// It is about one record.
    pub one: bool,
    /// The action, where the reader may see it.
    pub action: Option<(ActionId, String)>,
    pub keeper: Option<(OrganisationId, String)>,
    pub handling: Option<Handling>,
    pub detail: String,
    pub rows: Option<i32>,
}

impl Line {
    /// The Fluent key of what it is about, where that is not named.
    pub fn label(&self) -> &'static str {
        match self.subject_kind.as_str() {
            "action" if self.keeper.is_some() => "access-log-actions",
            kind => subject_label(kind),
        }
    }

    /// Whether it is about one action.
    pub fn of_action(&self) -> bool {
        self.subject_kind == "action" && self.one
    }
}

/// Lines of all records, or of those that these organisations keep (and what was merged into them kept before). That actions left
/// with a list is told to their keepers alone: who sees all lines sees the export's own.
pub async fn list(
    tx: &mut ProcessTx,
    filter: &Filter,
    own: Option<&[Uuid]>,
    cursor: Cursor<Uuid>,
    today: NaiveDate,
) -> sqlx::Result<Window<Line, Uuid>> {
    let rows = sqlx::query!(
        r#"select l.id, l.at, l.kind, l.subject_kind, l.handling, l.detail, l.rows, l.subject_id is not null as "one!", m.name as "name?", m.role as "role?",
            coalesce(o.name, b.name) as "of?", coalesce(m.state = 'ended' or m.ends_on < $3, false) as "former!",
            a.id as "action_id?: ActionId", a.title as "title?", k.id as "keeper_id?: OrganisationId", k.name as "keeper?"
        from access_log l
            left join membership m on m.process_id = l.process_id and m.id = l.by_membership_id
            left join organisation o on o.process_id = m.process_id and o.id = m.organisation_id
            left join beneficiary b on b.process_id = m.process_id and b.id = m.beneficiary_id
            left join organisation k on k.process_id = l.process_id and k.id = l.organisation_id
            left join visible_action a on l.subject_kind = 'action' and a.process_id = l.process_id and a.id = l.subject_id
        where ($1::uuid[] is null or l.organisation_id = any($1)
                or l.organisation_id in (select g.id from organisation g where g.merged_into_id = any($1)))
            and ($1::uuid[] is not null or l.kind <> 'told')
            and ($2::text is null or l.kind = $2 or ($2 = 'export' and l.kind = 'told'))
            and ($4::uuid is null or l.organisation_id = $4)
            and ($5::uuid is null
                or (not $6 and (l.at, l.id) < (select c.at, c.id from access_log c where c.id = $5))
                or ($6 and (l.at, l.id) > (select c.at, c.id from access_log c where c.id = $5)))
        order by case when not $6 then l.at end desc, case when not $6 then l.id end desc, case when $6 then l.at end, case when $6 then l.id end
        limit $7"#,
        own as Option<&[Uuid]>,
        filter.export.map(|e| if e { "export" } else { "read" }),
        today,
        filter.organisation.map(|i| i.0),
        cursor.row,
        cursor.back,
        cursor.limit()
    )
    .fetch_all(tx.conn())
    .await?;
    let lines = rows
        .into_iter()
        .map(|r| Line {
            id: r.id,
            at: r.at,
            by: Person { name: r.name, of: r.of, former: r.former },
            role: r.role.as_deref().and_then(Role::parse),
            export: r.kind != "read",
            subject_kind: r.subject_kind,
            one: r.one,
            action: r.action_id.zip(r.title),
            keeper: r.keeper_id.zip(r.keeper),
            handling: r.handling.as_deref().and_then(Handling::parse),
            detail: r.detail,
            rows: r.rows,
        })
        .collect();
    Ok(Window::new(lines, &cursor, |l| l.id))
}
