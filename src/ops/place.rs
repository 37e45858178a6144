//! Where a sub-command finds its data: in the demo's folder, or in a database that is named.

use anyhow::{Context, bail};
use std::path::Path;
use tokio::runtime::Runtime;

use crate::config;
use crate::dev::demo::Ground;
use crate::kernel::clock::Clock;
use crate::kernel::db::Db;
use crate::kernel::files::Files;

/// Data that were found.
pub struct Reached {
    pub db: Db,
    /// The demo's folder and its database, which is stopped again if it was started for this.
    ground: Option<Ground>,
    pub base_url: String,
}

impl Reached {
    /// Starts or joins the demo's database, or connects to the one that is named.
    ///
    /// # Errors
    /// Neither is named, or it cannot be reached or used.
    pub fn open(place: &config::Place, runtime: &Runtime) -> anyhow::Result<Self> {
        let named = place.base_url.clone();
        if let Some(folder) = &place.data {
            // Somebody who mistypes the folder means another one, not a new demo.
            if !folder.join("pg").is_dir() {
                bail!("{} holds no demo: start one there with `concert demo --data`", folder.display());
            }
            let ground = Ground::prepare(folder, runtime)?;
            let db = runtime.block_on(Db::connect(&ground.app_url(), 2, Clock::default()))?;
            let base_url = named.unwrap_or_else(|| address_of(folder));
            return Ok(Self { db, ground: Some(ground), base_url });
        }
        let Some(url) = place.database_url.as_ref().filter(|url| !url.is_empty()) else {
            bail!(
                "which data? Name the demo's folder with --data (it is {} unless said otherwise), or a database with --database-url",
                config::default_data_folder().display()
            );
        };
        let db = runtime.block_on(async {
            let db = Db::connect(url, 2, Clock::default()).await.context("cannot reach the database")?;
            super::preflight::check(url).await?;
            anyhow::Ok(db)
        })?;
        Ok(Self { db, ground: None, base_url: named.unwrap_or_else(|| "http://127.0.0.1:8080".to_owned()) })
    }

    /// Where members' files lie: as it is named, else the demo's own.
    ///
    /// # Errors
    /// What is named cannot be read or used.
    pub fn files(&self, named: &config::Files) -> anyhow::Result<Files> {
        match &self.ground {
            Some(ground) if named.place()?.is_none() => config::Files::folder(&ground.folder.join("files")).open(),
            _ => named.open(),
        }
    }

    pub fn is_demo(&self) -> bool {
        self.ground.is_some()
    }

    /// The folder that receives the demo's letters, and whether the demo runs and puts them there now.
    pub fn letters(&self) -> Option<(std::path::PathBuf, bool)> {
        self.ground.as_ref().map(|g| (g.folder.join("mail"), !g.cluster.owned()))
    }

    /// Lets go of the data.
    ///
    /// # Errors
    /// The demo's database does not stop.
    pub fn close(self, runtime: &Runtime) -> anyhow::Result<()> {
        runtime.block_on(self.db.close());
        match self.ground {
            Some(ground) => ground.leave(),
            None => Ok(()),
        }
    }
}

/// Where the demo of a folder was last reached.
fn address_of(folder: &Path) -> String {
    let known = std::fs::read_to_string(folder.join("address")).ok();
    known
        .map(|text| text.trim().to_owned())
        .filter(|text| !text.is_empty())
        .unwrap_or_else(|| "http://127.0.0.1:8080".to_owned())
}
