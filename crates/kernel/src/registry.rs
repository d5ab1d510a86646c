//! The service registry: services by name, for code that cannot name their crate.
//!
//! Code that can name a service's type takes it as an argument instead, and the compiler checks
//! it. Not here: making services and starting them.

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex};

use serde::Serialize;

use crate::sync::lock;

/// What is known of a registered service besides the service itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ServiceInfo {
    /// Unique name, for example `tournament_provider`.
    pub name: String,
    /// Version of its interface.
    pub version: String,
    /// The app that it belongs to.
    pub app_name: String,
    /// A disabled service is listed, but not handed out.
    pub enabled: bool,
    /// What it does, for people.
    pub description: String,
}

impl ServiceInfo {
    /// An enabled service, version 1.0.0, without description.
    pub fn new(name: impl Into<String>, app_name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            version: "1.0.0".to_owned(),
            app_name: app_name.into(),
            enabled: true,
            description: String::new(),
        }
    }
}

/// Figures of a registry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RegistryStatistics {
    /// Services, enabled or not.
    pub total_services: usize,
    /// Those that are handed out.
    pub enabled: usize,
    /// Those that are not.
    pub disabled: usize,
    /// Apps that have services here, sorted, each once.
    pub apps: Vec<String>,
}

struct Entry {
    info: ServiceInfo,
    /// An `Arc<T>`, kept under its own type, so that `T` may be a trait object.
    service: Box<dyn Any + Send + Sync>,
}

/// Services by name. Owned by the program's wiring and shared as an `Arc`.
#[derive(Default)]
pub struct ServiceRegistry {
    entries: Mutex<BTreeMap<String, Entry>>,
}

impl ServiceRegistry {
    /// An empty registry.
    pub fn new() -> Self {
        Self::default()
    }

    /// Registers a service under `info.name`. A service of that name is replaced, which is
    /// logged, and what was known of it is answered.
    ///
    /// `T` may be a trait object; the service is then asked for as that same trait object:
    /// `registry.get::<dyn Greeter>("greeter")`.
    pub fn register<T>(&self, info: ServiceInfo, service: Arc<T>) -> Option<ServiceInfo>
    where
        T: ?Sized + Send + Sync + 'static,
    {
        let name = info.name.clone();
        let entry = Entry { info, service: Box::new(service) };
        // In two steps: the old service is let go of after the lock.
        let replaced = lock(&self.entries).insert(name, entry);
        let replaced = replaced?.info;
        tracing::warn!(
            service = replaced.name,
            app = replaced.app_name,
            version = replaced.version,
            "a registered service was replaced"
        );
        Some(replaced)
    }

    /// Removes a service and answers what was known of it.
    pub fn unregister(&self, name: &str) -> Option<ServiceInfo> {
        let removed = lock(&self.entries).remove(name);
        removed.map(|entry| entry.info)
    }

    /// The service of that name, when there is one, it is enabled and it was registered as a `T`.
    /// Why there is none is logged.
    pub fn get<T>(&self, name: &str) -> Option<Arc<T>>
    where
        T: ?Sized + Send + Sync + 'static,
    {
        let entries = lock(&self.entries);
        let missing = |why| {
            tracing::warn!(service = name, why, "service not available");
            None
        };
        match entries.get(name) {
            None => missing("nothing is registered under this name"),
            Some(entry) if !entry.info.enabled => missing("it is disabled"),
            Some(entry) => match entry.service.downcast_ref::<Arc<T>>() {
                Some(service) => Some(Arc::clone(service)),
                None => missing("it was registered as another type"),
            },
        }
    }

    /// What is known of a service, enabled or not.
    pub fn info(&self, name: &str) -> Option<ServiceInfo> {
        lock(&self.entries).get(name).map(|entry| entry.info.clone())
    }

    /// Lets a service be handed out again. `false`: there is none of that name.
    pub fn enable(&self, name: &str) -> bool {
        self.set_enabled(name, true)
    }

    /// Keeps a service from being handed out; whoever has it keeps it. `false`: there is none of
    /// that name.
    pub fn disable(&self, name: &str) -> bool {
        self.set_enabled(name, false)
    }

    fn set_enabled(&self, name: &str, enabled: bool) -> bool {
        match lock(&self.entries).get_mut(name) {
            Some(entry) => {
                entry.info.enabled = enabled;
                true
            }
            None => false,
        }
    }

    /// What is known of the services of one app, or of all, sorted by name.
    pub fn list(&self, app_name: Option<&str>) -> Vec<ServiceInfo> {
        let entries = lock(&self.entries);
        let infos = entries.values().map(|entry| &entry.info);
        infos.filter(|info| app_name.is_none_or(|wanted| wanted == info.app_name)).cloned().collect()
    }

    /// Figures of the registry.
    pub fn statistics(&self) -> RegistryStatistics {
        let services = self.list(None);
        let enabled = services.iter().filter(|info| info.enabled).count();
        let apps: BTreeSet<String> = services.iter().map(|info| info.app_name.clone()).collect();
        RegistryStatistics {
            total_services: services.len(),
            enabled,
            disabled: services.len() - enabled,
            apps: apps.into_iter().collect(),
        }
    }
}

impl fmt::Debug for ServiceRegistry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.list(None)).finish()
    }
}
